import { accept, type Decider, type Decision, reject } from '../event/decider.ts';
import { type Instant } from '../time/instant.ts';
import { type ArchiveEvent } from './events.ts';

export interface RecordFramesArchived {
  readonly type: 'RecordFramesArchived';
  /** The UTC day of the frames' stream, half-open. */
  readonly from: Instant;
  readonly to: Instant;
  readonly manifestSha256: string;
  /** The last manifest of this month that the archiver knew of; null: none. */
  readonly after: string | null;
  readonly now: Instant;
}
export type ArchiveCommand = RecordFramesArchived;

export interface ArchivedPart {
  readonly from: Instant;
  readonly to: Instant;
  readonly manifestSha256: string;
}

export interface ArchiveState {
  /** In the order of their chain. */
  readonly parts: readonly ArchivedPart[];
}

/**
 * A month of a tenant's archive: the chain of its manifests. Of two archivers that worked on the same frames one comes
 * second and is refused: what it knew of the month is no longer all.
 */
export const archiveDecider: Decider<ArchiveCommand, ArchiveEvent, ArchiveState> = {
  initialState: { parts: [] },
  decide(command, state): Decision<ArchiveEvent> {
    const { after, from, manifestSha256, now, to } = command;
    if (state.parts.some((part) => part.manifestSha256 === manifestSha256)) return accept();
    if (lastManifest(state) !== after) {
      return reject({
        code: 'invalid-transition',
        detail: 'another part of this month has been archived in the meantime',
      });
    }
    const data = { from, to, manifest_sha256: manifestSha256 };
    return accept({ event: { type: 'FramesArchived', data }, occurredAt: now });
  },
  evolve(state, event) {
    // The stream may hold what another version wrote, whatever the type says: it leaves the state as it is.
    const data = (event.data ?? {}) as Partial<ArchiveEvent['data']>;
    const { from, manifest_sha256: manifestSha256, to } = data;
    if ((event.type as string) !== 'FramesArchived') return state;
    if (from === undefined || to === undefined || manifestSha256 === undefined) return state;
    return { parts: [...state.parts, { from, to, manifestSha256 }] };
  },
};

export function lastManifest({ parts }: ArchiveState): string | null {
  return parts.at(-1)?.manifestSha256 ?? null;
}
