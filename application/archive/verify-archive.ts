import { type Manifest } from '../../domain/archive/manifest.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type FrameArchive } from '../ports/frame-archive.ts';
import { type ArchiveRange, archivedParts, type ListedPart } from './archive-list.ts';
import { type ArchivedParts } from './archived-parts.ts';
import { archiveMonth } from './frame-day.ts';

export type FindingCode =
  /** Missing, another than the history says, or unreadable. */
  | 'manifest-damaged'
  /** The manifest speaks of another day, tenant or store than its event. */
  | 'manifest-of-another'
  /** It does not name the manifest before it. */
  | 'chain-broken'
  | 'file-missing'
  /** Not the bytes, lines or size of its manifest. */
  | 'file-damaged'
  /** Revisions of the day's stream that are in no part. */
  | 'frames-missing';

export interface Finding {
  readonly code: FindingCode;
  readonly part: ListedPart;
  readonly detail: string;
}

export interface Verified {
  readonly part: ListedPart;
  readonly findings: readonly Finding[];
}

/**
 * Checks each archived part of some days against the history: its manifest, the chain, the file to its last byte, and
 * that no revision of a day is missing. The whole history is read, whatever the range: the chain begins before it.
 */
export async function* verifyArchive(
  store: Pick<EventStore, 'readAll' | 'storeId'>,
  archive: Pick<FrameArchive, 'check'>,
  parts: ArchivedParts,
  range: ArchiveRange = {},
): AsyncGenerator<Verified, void, undefined> {
  const chain = new Chain();
  const reached = new Map<string, number>();
  const { from, tenantId, to } = range;
  for await (const part of archivedParts(store, parts, { tenantId })) {
    const links = chain.next(part);
    const gap = gapBefore(reached, part);
    if ((from !== undefined && part.day.to <= from) || (to !== undefined && part.day.from >= to)) continue;
    const found: [FindingCode, string][] = [...links, ...gap];
    if (part.manifest === null) found.push(['manifest-damaged', part.damage ?? '']);
    else found.push(...(await aboutFile(archive, part, part.manifest, store.storeId)));
    yield { part, findings: found.map(([code, detail]) => ({ code, part, detail })) };
  }
}

async function aboutFile(
  archive: Pick<FrameArchive, 'check'>,
  { day }: ListedPart,
  manifest: Manifest,
  storeId: string,
): Promise<[FindingCode, string][]> {
  if (manifest.stream !== day.stream || manifest.from !== day.from || manifest.to !== day.to)
    return [['manifest-of-another', `it speaks of ${manifest.stream}`]];
  if (manifest.store_id !== storeId)
    return [['manifest-of-another', `it is of the store ${manifest.store_id}`]];
  const check = await archive.check(manifest.file);
  if (check === null) return [['file-missing', manifest.file]];
  const wrong = [
    check.damage,
    check.compressedSha256 === manifest.compressed_sha256 ? null : 'compressed_sha256',
    check.sha256 === manifest.sha256 ? null : 'sha256',
    check.lines === manifest.frames ? null : `${check.lines} lines instead of ${manifest.frames}`,
  ].filter((one) => one !== null);
  return wrong.length === 0 ? [] : [['file-damaged', `${manifest.file}: ${wrong.join(', ')}`]];
}

/** What each manifest must name as the one before it: in its month the last one, else one of an earlier month. */
class Chain {
  readonly #lastOfMonth = new Map<string, string>();
  readonly #months = new Map<string, Map<string, string>>();

  next({ day, manifest, manifestSha256 }: ListedPart): [FindingCode, string][] {
    const month = archiveMonth(day);
    const before = this.#lastOfMonth.get(`${day.tenantId}/${month}`);
    const known = this.#months.get(day.tenantId) ?? new Map<string, string>();
    this.#lastOfMonth.set(`${day.tenantId}/${month}`, manifestSha256);
    this.#months.set(day.tenantId, known.set(manifestSha256, month));
    if (manifest === null) return [];
    const { previous } = manifest;
    if (before !== undefined) {
      return previous === before
        ? []
        : [['chain-broken', `it names ${previous}, and ${before} is before it`]];
    }
    const earlier = [...known.values()].some((other) => other < month);
    const named = previous === null ? undefined : known.get(previous);
    if (previous === null ? !earlier : named !== undefined && named < month) return [];
    return [['chain-broken', `the first of its month names ${previous}, which is not before it`]];
  }
}

/**
 * A part that was archived once more begins where an earlier one began: that is no gap. Behind a damaged manifest nobody
 * can tell; that it is damaged has been found already.
 */
function gapBefore(reached: Map<string, number>, { day, manifest }: ListedPart): [FindingCode, string][] {
  if (manifest === null) reached.set(day.stream, Infinity);
  if (manifest === null) return [];
  const before = reached.get(day.stream) ?? -1;
  reached.set(day.stream, Math.max(before, manifest.last_revision));
  if (manifest.first_revision <= before + 1) return [];
  return [['frames-missing', `${day.stream}: revisions ${before + 1} to ${manifest.first_revision - 1}`]];
}
