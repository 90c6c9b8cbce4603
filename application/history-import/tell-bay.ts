import { type Actor } from '../../domain/event/metadata.ts';
import { dueBoundaries } from '../../domain/space/boundaries.ts';
import { type SpaceState } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext } from '../commands/command-context.ts';
import { type Handlers } from '../commands/handlers.ts';
import { derivedId, sessionId } from '../ids/ids.ts';
import { type BayPlan, type HistoricFact, observationOf, type RejectedRow } from './fact.ts';
import { nothingRecorded, type RecordedPast, recordedPastOf } from './recorded-past.ts';

export interface Bay {
  readonly tenantId: string;
  readonly spaceId: string;
  /** `{type: 'import', id: <the source>}`: who says so, in the metadata of each event. */
  readonly actor: Actor;
}

export interface ToldBay {
  /** Facts that were not on record. */
  readonly told: number;
  /** Facts that were. */
  readonly known: number;
  readonly rejected: readonly RejectedRow[];
  readonly repeats: number;
}

export interface Telling {
  /** Plans only. */
  readonly dryRun?: boolean;
  readonly onFact?: () => void;
}

/**
 * Tells a bay what a file says of it, as if each fact were told when it happened: with `now` = its own instant, boundaries
 * that were due until then before it. What is newer than all on record changes the present of that time; what is older
 * corrects the past. What is on record is passed over, so telling again, or going on after a crash, adds what is missing.
 */
export async function tellBay(
  handlers: Handlers,
  bay: Bay,
  plan: (recorded: RecordedPast) => BayPlan,
  { dryRun = false, onFact }: Telling = {},
): Promise<ToldBay> {
  // What a space remembers of seven days is not enough to know an older fact again.
  let { state } = await handlers.wholeSpace.load(bay.tenantId, bay.spaceId);
  const recorded = state.status === 'unregistered' ? nothingRecorded : recordedPastOf(bay.spaceId, state);
  const { facts, rejected, repeats } = plan(recorded);
  const uncertainties = new Map(
    facts
      .filter((fact) => fact.uncertaintyS > 0)
      .map((fact) => [observationOf(bay.spaceId, fact), fact.uncertaintyS] as const),
  );
  const refused: RejectedRow[] = [];
  let told = 0;
  for (const fact of inTellingOrder(facts, recorded)) {
    onFact?.();
    if (recorded.knows(fact)) continue;
    if (!dryRun) {
      const outcome = await tellFact(handlers, bay, fact, { state, recorded, uncertainties });
      if (!outcome.ok) {
        const { code, detail } = outcome.rejection;
        refused.push({ line: fact.line, code, detail });
        continue;
      }
      state = outcome.state;
    }
    told += 1;
  }
  const known = facts.length - told - refused.length;
  return { told, known, rejected: [...rejected, ...refused], repeats };
}

/**
 * In the order of time. What is older than what is on record comes first, and its latest first of all: told before its
 * departure, an arrival would for a moment take in all that follows, and each stay in there be corrected twice.
 */
function inTellingOrder(facts: readonly HistoricFact[], recorded: RecordedPast): readonly HistoricFact[] {
  const past = facts.filter((fact) => isOfThePast(fact, recorded));
  return [...past.reverse(), ...facts.filter((fact) => !isOfThePast(fact, recorded))];
}

function isOfThePast({ at }: HistoricFact, { newest }: RecordedPast): boolean {
  return newest !== null && at <= newest;
}

interface Known {
  readonly state: SpaceState;
  readonly recorded: RecordedPast;
  /** In seconds, by observation: of those that are sure nothing is kept. */
  readonly uncertainties: ReadonlyMap<string, number>;
}

async function tellFact(
  handlers: Handlers,
  bay: Bay,
  fact: HistoricFact,
  { recorded, state, uncertainties }: Known,
) {
  const { spaceId } = bay;
  const { at: now, value, uncertaintyS } = fact;
  if (dueBoundaries(state, now, now).length > 0) {
    await handlers.space.handle(
      spaceId,
      { type: 'AdvanceTo', now, evidenceThrough: now },
      contextAt(bay, derivedId(spaceId, `import/advance/${now}`), now),
    );
  }
  const observation = observationOf(spaceId, fact);
  // A space that forgets would record an old fact and could no longer say what it changes.
  const handler = isOfThePast(fact, recorded) ? handlers.wholeSpace : handlers.space;
  return handler.handle(
    spaceId,
    {
      type: 'ObserveOccupancy',
      value,
      since: now,
      source: 'import',
      uncertaintyS,
      sessionId: sessionId(spaceId, observation),
      sessionIdOf: (openedBy) => sessionId(spaceId, openedBy),
      uncertaintyOf: (id) => uncertainties.get(id) ?? null,
      observation: { id: observation },
      now,
    },
    contextAt(bay, derivedId(observation, 'tell'), now),
  );
}

function contextAt({ tenantId, actor }: Bay, commandId: string, decidedAt: Instant): CommandContext {
  return { tenantId, commandId, correlationId: commandId, actor, decidedAt };
}
