import { type OccupancyValue } from '../../domain/space/events.ts';
import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type Reach } from '../runner/row-statements.ts';

export type HistoryCorrected = Extract<ProjectedEvent, { type: 'OccupancyHistoryCorrected' }>;

/** A stay as a correction tells it; `end` null: it goes on. */
export interface ToldStay {
  readonly sessionId: string;
  readonly start: Instant;
  readonly end: Instant | null;
  readonly uncertaintyS: number;
  readonly bridged: boolean;
}

/** A value in [since, until). */
export interface ToldInterval {
  readonly value: OccupancyValue;
  readonly since: Instant;
  readonly until: Instant;
}

/** What an `OccupancyHistoryCorrected` says, with the stays it changes sorted by what they were and what they are. */
export interface Correction {
  readonly from: Instant;
  readonly to: Instant;
  readonly before: readonly ToldInterval[];
  readonly after: readonly ToldInterval[];
  /** Those that are no longer so: removed ones, and what changed ones were. */
  readonly staysBefore: readonly ToldStay[];
  /** Added ones, and what changed ones are. */
  readonly staysAfter: readonly ToldStay[];
  readonly correctionNo: number;
}

/** By whose word the past is another one: the event names its evidence, if it has any, and says who acted. */
export function sourceOfCorrection({ actor, data }: HistoryCorrected): 'sensor' | 'import' {
  return data.evidence === undefined && actor?.startsWith('import:') === true ? 'import' : 'sensor';
}

type SessionData = HistoryCorrected['data']['sessions']['added'][number];

export function correctionOf({ data }: HistoryCorrected): Correction {
  const { added, removed, changed } = data.sessions;
  return {
    from: data.from,
    to: data.to,
    before: data.before,
    after: data.after,
    staysBefore: [...removed, ...changed.map(({ before }) => before)].map(toStay),
    staysAfter: [...added, ...changed.map(({ after }) => after)].map(toStay),
    correctionNo: data.correction_no,
  };
}

function toStay({ session_id, start, end, uncertainty_s, bridged }: SessionData): ToldStay {
  return { sessionId: session_id, start, end: end ?? null, uncertaintyS: uncertainty_s, bridged };
}

const END_OF_TIME = '9999-12-31T23:59:59.999Z' as Instant;

/** From the first instant that a correction speaks of to the last: its range, and the bounds of its stays. */
export function reachOf(event: ProjectedEvent): Reach | null {
  if (event.type !== 'OccupancyHistoryCorrected') return null;
  const { from, to, staysBefore, staysAfter } = correctionOf(event);
  const reach = { from, to };
  for (const { start, end } of [...staysBefore, ...staysAfter]) {
    if (start < reach.from) reach.from = start;
    reach.to = laterOf(reach.to, end ?? END_OF_TIME);
  }
  return reach;
}
