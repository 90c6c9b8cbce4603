import { type Manifest, manifestText } from '../../domain/archive/manifest.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type FrameArchive } from '../ports/frame-archive.ts';
import { type ChainEnd } from './archived-parts.ts';
import { archiveMonth, archivePath, type FrameDay, manifestName } from './frame-day.ts';
import { frameLine } from './frame-line.ts';

export interface PartLimits {
  readonly maxFrames: number;
  /** Of the lines, uncompressed. */
  readonly maxBytes: number;
}

export const PART_LIMITS: PartLimits = { maxFrames: 500_000, maxBytes: 1_000_000_000 };

export interface PartTools {
  readonly store: Pick<EventStore, 'readStream' | 'storeId'>;
  readonly archive: FrameArchive;
  readonly handlers: Pick<Handlers, 'archive'>;
  readonly now: () => Instant;
  readonly limits: PartLimits;
}

/** `overtaken`: another archiver was quicker; look again. */
export type PartResult =
  | { readonly kind: 'archived'; readonly manifest: Manifest }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'nothing' };

/**
 * Archives the frames of a day from a revision on, up to the given last one or as many as one part takes: first the file,
 * then the manifest, then the event. After a crash anywhere the same steps lead to the same names.
 */
export async function archivePart(
  tools: PartTools,
  day: FrameDay,
  chain: ChainEnd,
  fromRevision: number,
  lastRevision: number,
  signal?: AbortSignal,
): Promise<PartResult> {
  const { archive, handlers, now, store } = tools;
  const range = { first: -1, last: -1, frames: 0 };
  const lines = linesOf(tools, day, fromRevision, lastRevision, range, signal);
  const first = await lines.next();
  // They have expired meanwhile, or were hidden all the time.
  if (first.done === true) return { kind: 'nothing' };
  const path = archivePath(day);
  const stored = await archive.storeLines(
    resumed(first.value, lines),
    (hash) => `${path}-${range.first}-${range.last}-${hash.slice(0, 12)}.ndjson.gz`,
  );
  const manifest: Manifest = {
    format: 1,
    store_id: store.storeId,
    tenant_id: day.tenantId,
    stream: day.stream,
    from: day.from,
    to: day.to,
    file: stored.file,
    frames: range.frames,
    first_revision: range.first,
    last_revision: range.last,
    sha256: stored.sha256,
    bytes: stored.bytes,
    compressed_sha256: stored.compressedSha256,
    compressed_bytes: stored.compressedBytes,
    previous: chain.previous,
  };
  const manifestSha256 = await archive.storeText(manifestText(manifest), (hash) => manifestName(day, hash));
  const at = now();
  const commandId = derivedId(day.tenantId, `archive/${manifestSha256}`);
  const outcome = await handlers.archive.handle(
    archiveMonth(day),
    {
      type: 'RecordFramesArchived',
      from: day.from,
      to: day.to,
      manifestSha256,
      after: chain.after,
      now: at,
    },
    {
      tenantId: day.tenantId,
      commandId,
      correlationId: commandId,
      actor: { type: 'system', id: 'archiver' },
      decidedAt: at,
    },
  );
  return outcome.ok ? { kind: 'archived', manifest } : { kind: 'overtaken' };
}

/** Lines of a part, which ends at a revision that is missing, too: its revisions are gapless. */
async function* linesOf(
  { limits, store }: PartTools,
  { stream }: FrameDay,
  fromRevision: number,
  lastRevision: number,
  range: { first: number; last: number; frames: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  let bytes = 0;
  const options = { from: fromRevision, ...(signal === undefined ? {} : { signal }) };
  for await (const page of store.readStream(stream, options)) {
    for (const event of page) {
      if (event.revision > lastRevision || range.frames === limits.maxFrames || bytes >= limits.maxBytes)
        return;
      if (range.frames > 0 && event.revision !== range.last + 1) return;
      if (range.frames === 0) range.first = event.revision;
      range.last = event.revision;
      range.frames += 1;
      const line = frameLine(event);
      bytes += Buffer.byteLength(line) + 1;
      yield line;
    }
  }
}

async function* resumed(
  first: string,
  rest: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  yield first;
  yield* rest;
}
