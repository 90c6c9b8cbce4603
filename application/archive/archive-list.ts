import { type Manifest } from '../../domain/archive/manifest.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type RecordedEvent } from '../ports/event-store/events.ts';
import { parseStreamName } from '../ports/event-store/stream-name.ts';
import { type ArchivedParts, ManifestDamagedError } from './archived-parts.ts';
import { type FrameDay, frameDay } from './frame-day.ts';

/** One archived part, as the history names it, with its manifest; `damage`: why that cannot be read. */
export interface ListedPart {
  readonly day: FrameDay;
  readonly manifestSha256: string;
  readonly recordedAt: string;
  readonly manifest: Manifest | null;
  readonly damage: string | null;
}

export interface ArchiveRange {
  /** With dashes; absent: all tenants. */
  readonly tenantId?: string | undefined;
  /** Days that have something of [from, to). */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** The archived parts of some days in the order in which they were archived. */
export async function* archivedParts(
  store: Pick<EventStore, 'readAll'>,
  parts: ArchivedParts,
  range: ArchiveRange = {},
): AsyncGenerator<ListedPart, void, undefined> {
  for await (const page of store.readAll({ categories: ['archive'] })) {
    for (const event of page) {
      const found = partOf(event);
      if (found !== null && isWithin(found.day, range)) yield await listed(parts, found);
    }
  }
}

interface Named {
  readonly day: FrameDay;
  readonly manifestSha256: string;
  readonly recordedAt: string;
}

/** Null for events of types that this version does not know. */
function partOf({ data, recordedAt, stream, type }: RecordedEvent): Named | null {
  const { from, manifest_sha256: manifestSha256 } = data;
  const tenant = parseStreamName(stream)?.tenant;
  if (type !== 'FramesArchived' || tenant === undefined) return null;
  if (typeof from !== 'string' || typeof manifestSha256 !== 'string') return null;
  return { day: frameDay(tenant, Date.parse(from)), manifestSha256, recordedAt };
}

function isWithin(day: FrameDay, { from, tenantId, to }: ArchiveRange): boolean {
  return (
    (tenantId === undefined || day.tenantId.replaceAll('-', '') === tenantId.replaceAll('-', '')) &&
    (from === undefined || day.to > from) &&
    (to === undefined || day.from < to)
  );
}

async function listed(parts: ArchivedParts, named: Named): Promise<ListedPart> {
  try {
    return { ...named, manifest: await parts.manifest(named.day, named.manifestSha256), damage: null };
  } catch (error) {
    if (!(error instanceof ManifestDamagedError)) throw error;
    return { ...named, manifest: null, damage: error.message };
  }
}
