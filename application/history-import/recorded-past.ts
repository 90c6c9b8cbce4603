import { type PublishedStay } from '../../domain/space/history/occupancy-history.ts';
import { type LiveSpace } from '../../domain/space/state.ts';
import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { sessionId } from '../ids/ids.ts';
import { type HistoricFact, observationOf } from './fact.ts';

/** What is on record of a bay before a file is told of it. */
export interface RecordedPast {
  /** Null: the bay begins with the file. */
  readonly commissionedAt: Instant | null;
  readonly stays: readonly PublishedStay[];
  /** The newest that is known, as far as it is remembered; null: nothing is. */
  readonly newest: Instant | null;
  /** Whether this fact has been recorded, by an earlier import or one that was killed. */
  knows(fact: Pick<HistoricFact, 'value' | 'namedAt'>): boolean;
  /** The id of the stay that begins with this arrival. */
  stayIdOf(arrival: Instant): string | null;
}

export const nothingRecorded: RecordedPast = {
  commissionedAt: null,
  stays: [],
  newest: null,
  knows: () => false,
  stayIdOf: () => null,
};

/** Of a space that remembers all (`wholeSpace`): one that forgets would take old facts for new ones. */
export function recordedPastOf(
  spaceId: string,
  { commissionedAt, history, occupancy }: LiveSpace,
): RecordedPast {
  const seen = new Set(history?.seen.map(({ id }) => id));
  return {
    commissionedAt,
    stays: history?.stays ?? [],
    newest: (history?.seen ?? []).reduce((newest, { at }) => laterOf(newest, at), occupancy.since),
    knows: (fact) => seen.has(observationOf(spaceId, fact)),
    stayIdOf: (arrival) =>
      sessionId(spaceId, observationOf(spaceId, { value: 'OCCUPIED', namedAt: arrival })),
  };
}
