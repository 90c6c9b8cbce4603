import { join, resolve } from 'node:path';
import { CompressedFrameArchive } from './compressed-frame-archive.ts';
import { FolderTarget } from './folder-target.ts';
import { type S3Options } from './s3-target.ts';

export { CompressedFrameArchive } from './compressed-frame-archive.ts';

export type ArchivePlace =
  { readonly kind: 'folder'; readonly folder: string } | ({ readonly kind: 's3' } & S3Options);

/** The archive at a place. `dataDir`: files that go elsewhere are made there first. */
export async function openFrameArchive(
  place: ArchivePlace,
  dataDir: string,
): Promise<CompressedFrameArchive> {
  if (place.kind === 'folder') {
    const folder = resolve(place.folder);
    return new CompressedFrameArchive(new FolderTarget(folder), join(folder, '.making'));
  }
  // Loaded only where it is used: it is the largest library of all.
  const { S3Target } = await import('./s3-target.ts');
  return new CompressedFrameArchive(new S3Target(place), resolve(dataDir, 'archive', '.making'));
}
