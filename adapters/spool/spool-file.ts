import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseStreamName } from '../../application/ports/event-store/stream-name.ts';
import { type SpooledAppend } from '../../application/ports/frame-spool.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { hasCode, makeFolder, writeNew } from './durably.ts';
import { readRecords } from './record.ts';
import { decodeAppend } from './spooled-append.ts';

/** What is known of a file without its content. */
export interface SpoolFile {
  readonly path: string;
  bytes: number;
  frames: number;
  /** By tenant, as in stream names. */
  readonly oldest: Map<string, Instant>;
}

export function emptySpoolFile(path: string): SpoolFile {
  return { path, bytes: 0, frames: 0, oldest: new Map() };
}

export function countIn(file: SpoolFile, { events, receivedAt, stream }: SpooledAppend): void {
  const tenant = parseStreamName(stream)?.tenant ?? '';
  file.frames += events.length;
  const known = file.oldest.get(tenant);
  if (known === undefined || receivedAt < known) file.oldest.set(tenant, receivedAt);
}

export const spoolFileName = (number: number): string => `${String(number).padStart(8, '0')}.spool`;

/** Files of a folder in the order of their writing. */
export async function spoolFilesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  });
  return names
    .filter((name) => /^\d{8}\.spool$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

export interface SpoolRecord {
  /** Null: no append that this program could have written. */
  readonly append: SpooledAppend | null;
  /** As it is in the file. */
  readonly bytes: Buffer;
}

export interface SpoolContent {
  readonly file: SpoolFile;
  readonly records: readonly SpoolRecord[];
  /** Bytes between good records that are none. */
  readonly damagedBytes: number;
  readonly tornBytes: Buffer | null;
}

/** Changes nothing. */
export async function readSpoolFile(path: string): Promise<SpoolContent> {
  const content = await readFile(path);
  const { damage, records: found, torn } = readRecords(content);
  const file = emptySpoolFile(path);
  file.bytes = content.length;
  const records = found.map(({ from, payload, to }) => {
    const append = decodeAppend(payload);
    if (append !== null) countIn(file, append);
    return { append, bytes: content.subarray(from, to) };
  });
  return {
    file,
    records,
    damagedBytes: damage.reduce((sum, { from, to }) => sum + to - from, 0),
    tornBytes: torn === null ? null : content.subarray(torn.from, torn.to),
  };
}

/** Cuts a file at its last good record, the rest is kept in `aside`: it may be damage, and not a write that was cut short. */
export async function cutTorn({ file, tornBytes }: SpoolContent, aside: string, name: string): Promise<void> {
  if (tornBytes === null) return;
  await makeFolder(aside);
  await writeNew(join(aside, `${name}.torn`), tornBytes, 'a');
  const handle = await open(file.path, 'r+');
  try {
    file.bytes -= tornBytes.length;
    await handle.truncate(file.bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
