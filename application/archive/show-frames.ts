import { type EventStore } from '../ports/event-store/event-store.ts';
import { type FrameArchive } from '../ports/frame-archive.ts';
import { type ArchiveRange, archivedParts } from './archive-list.ts';
import { type ArchivedParts, ManifestDamagedError } from './archived-parts.ts';

export interface DeviceFrames extends ArchiveRange {
  /** Lower case. */
  readonly devEui: string;
}

/**
 * The archived frames of a device, as lines, by time of receipt in [from, to). A frame that was archived twice comes once.
 * Throws {@link ManifestDamagedError} where nothing can be said about a day: `archive verify` says more.
 */
export async function* archivedFramesOf(
  store: Pick<EventStore, 'readAll'>,
  archive: Pick<FrameArchive, 'readLines'>,
  parts: ArchivedParts,
  { devEui, ...range }: DeviceFrames,
): AsyncGenerator<string, void, undefined> {
  const shown = new Map<string, number>();
  for await (const { damage, day, manifest, manifestSha256 } of archivedParts(store, parts, range)) {
    if (manifest === null) throw new ManifestDamagedError(manifestSha256, damage ?? 'cannot be read');
    const before = shown.get(day.stream) ?? -1;
    if (manifest.last_revision <= before) continue;
    shown.set(day.stream, manifest.last_revision);
    for await (const line of archive.readLines(manifest.file)) {
      // Few lines are of one device: the others are not worth parsing.
      if (line.includes(devEui) && isWanted(JSON.parse(line) as ArchivedFrame, devEui, range, before))
        yield line;
    }
  }
}

interface ArchivedFrame {
  readonly revision: number;
  readonly data: { readonly dev_eui?: string; readonly times?: { readonly received?: string } };
}

function isWanted(
  { data, revision }: ArchivedFrame,
  devEui: string,
  { from, to }: ArchiveRange,
  before: number,
): boolean {
  const received = data.times?.received;
  if (data.dev_eui !== devEui || received === undefined || revision <= before) return false;
  return (from === undefined || received >= from) && (to === undefined || received < to);
}
