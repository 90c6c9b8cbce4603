import { type Instant, laterOf, secondsBetween } from '../../time/instant.ts';
import { type ObserveTimeline } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { type Evidence, type SpaceEvent } from '../events.ts';
import { differenceOf } from '../history/difference.ts';
import { type HeldValue, type OccupancyHistory, presentValue } from '../history/occupancy-history.ts';
import { type Retold, retell, type Sighting } from '../history/retell.ts';
import { shifted } from '../shifted.ts';
import { type Assignment, type LiveSpace } from '../state.ts';
import { type Refusal } from './refusal.ts';

/**
 * All that a device showed from an instant on, by what is known of its frames now. It takes the place of what the device
 * had shown before; where that changes what was published, the past is corrected (U4), and the present with it.
 */
export function observeTimeline(draft: Draft, command: ObserveTimeline): Refusal {
  const { history } = draft.space;
  const watches = watchesOf(draft.space, command);
  if (watches.length === 0) {
    return { code: 'not-assigned-at', detail: 'The space did not have this device then.' };
  }
  if (history === undefined || reachesBehind(history, laterOf(command.from, draft.space.commissionedAt))) {
    return { code: 'history-forgotten', detail: 'The space no longer has in mind what it published then.' };
  }
  const told = [
    ...others(draft.space, history, watches, command.sessionIdOf),
    ...marksOf(draft, watches, command),
  ];
  publish(draft, command.evidence, history, retell(draft.space, history, told));
  return null;
}

/** Somebody saw the bay before the newest that is known: a recorded observation finds its place among what was published. */
export function insertObserved(
  draft: Draft,
  at: Instant,
  sessionIdOf: ObserveTimeline['sessionIdOf'],
  uncertaintyOf: UncertaintyOf,
): void {
  const { history } = draft.space;
  if (history === undefined || reachesBehind(history, at)) return;
  publish(
    draft,
    undefined,
    history,
    retell(draft.space, history, others(draft.space, history, [], sessionIdOf, uncertaintyOf)),
  );
}

/** The sensor was taken away before what it showed last: that was of another bay (D2). Ids of stays are kept as they are. */
export function forgetSince(draft: Draft, to: Instant): void {
  const { history } = draft.space;
  if (history === undefined || reachesBehind(history, to)) return;
  const after: Watch = { from: to, to: null, through: LAST };
  const known = others(draft.space, history, [after], (openedBy) => stayOpenedBy(history, openedBy));
  publish(draft, undefined, history, retell(draft.space, history, known));
}

/** Of an observation, in seconds, by its id; null: not known here. */
type UncertaintyOf = (observation: string) => number | null;

const LAST = '9999-12-31T23:59:59.999Z' as Instant;

/** What people saw may have opened a stay, or have been a word more in one. Whatever has opened none gives it its own name. */
function stayOpenedBy({ seen, values }: OccupancyHistory, openedBy: string): string {
  const observation = seen.find(({ id }) => id === openedBy);
  const held =
    observation === undefined
      ? values.find(({ shownBy }) => shownBy === openedBy)
      : values.findLast(({ at }) => at <= observation.at);
  return held?.sessionId ?? openedBy;
}

/** When the space had the device, as far as it is spoken of: half-open, and `through` is the last instant. */
interface Watch {
  readonly from: Instant;
  readonly to: Instant | null;
  readonly through: Instant;
}

function watchesOf({ sensors }: LiveSpace, { devEui, from, through }: ObserveTimeline): readonly Watch[] {
  return sensors
    .filter((one) => one.devEui === devEui && one.from <= through)
    .filter((one) => one.to === null || (one.to > from && one.from < one.to))
    .map((one) => ({ from: laterOf(one.from, from), to: one.to, through }));
}

function covers(watches: readonly Watch[], instant: Instant): boolean {
  return watches.some(
    ({ from, to, through }) => from <= instant && instant <= through && (to === null || instant < to),
  );
}

/** What a space that never forgot anything begins with is the silence before the first frame. */
function reachesBehind({ values }: OccupancyHistory, from: Instant): boolean {
  const [first] = values;
  return first !== undefined && first.value !== 'UNKNOWN' && from < first.at;
}

/** What people saw, what other devices showed, what this one showed before, and the ends of assignments. */
function others(
  { sensors }: LiveSpace,
  history: OccupancyHistory,
  watches: readonly Watch[],
  sessionIdOf: ObserveTimeline['sessionIdOf'],
  uncertaintyOf?: UncertaintyOf,
): readonly Sighting[] {
  const begin = history.values[0]?.at;
  const publishedOf = uncertaintiesOf(history);
  const people = history.seen.map(({ id, at, value, source }): Sighting => ({
    kind: 'seen',
    at,
    value,
    source,
    uncertaintyS: uncertaintyOf?.(id) ?? (source === 'import' ? (publishedOf.get(`${at} ${value}`) ?? 0) : 0),
    sessionId: sessionIdOf(id),
    shownBy: id,
  }));
  const shown = history.values.slice(1).flatMap((one, index): readonly Sighting[] => {
    if (covers(watches, one.at) && one.source !== 'staff' && one.source !== 'import') return [];
    const { at, value, source, shownBy } = one;
    return [
      {
        kind: 'seen',
        at,
        value,
        source: source ?? 'sensor',
        uncertaintyS: ownUncertainty(history.values, index + 1),
        sessionId: shownBy === null ? (one.sessionId ?? '') : sessionIdOf(shownBy),
        shownBy,
      },
    ];
  });
  return [...people, ...shown, ...removals(sensors, begin)];
}

/** How sure each published value was; an observation itself does not say. Only imports are ever unsure. */
function uncertaintiesOf({ seen, values }: OccupancyHistory): ReadonlyMap<string, number> {
  if (!seen.some(({ source }) => source === 'import')) return new Map();
  return new Map(values.map(({ at, value }, index) => [`${at} ${value}`, ownUncertainty(values, index)]));
}

function removals(sensors: readonly Assignment[], begin: Instant | undefined): readonly Sighting[] {
  return sensors.flatMap(({ to }) =>
    to === null || begin === undefined || to < begin ? [] : [{ kind: 'sensor-removed', at: to }],
  );
}

/** What was published counts the gap before, where a stay may have begun or ended in it (see stay.ts); it is counted again. */
function ownUncertainty(values: readonly HeldValue[], index: number): number {
  const one = values[index];
  const before = values[index - 1];
  if (one === undefined || before?.value !== 'UNKNOWN') return one?.uncertaintyS ?? 0;
  const wasKnown = values.slice(0, index).some(({ value }) => value !== 'UNKNOWN');
  const isCounted = one.value === 'VACANT' ? before.sessionId !== null : one.sessionId !== before.sessionId;
  const gapS = wasKnown && isCounted ? Math.ceil(secondsBetween(before.at, one.at)) : 0;
  return one.uncertaintyS > gapS ? one.uncertaintyS : 0;
}

function marksOf(
  { space, now }: Draft,
  watches: readonly Watch[],
  { marks, sessionIdOf }: ObserveTimeline,
): readonly Sighting[] {
  const latest = shifted(now, space.policy.values.clock_skew_max_s);
  return marks.flatMap(({ at, value, uncertaintyS, evidence, lastHeardAt }): readonly Sighting[] => {
    if (!covers(watches, at)) return [];
    const shownBy = evidence?.frame_id ?? null;
    return [
      {
        kind: 'seen',
        at: at > latest ? now : at,
        value,
        source: 'sensor',
        uncertaintyS,
        sessionId: shownBy === null ? '' : sessionIdOf(shownBy),
        shownBy,
        ...(evidence === undefined ? {} : { evidence }),
        ...(lastHeardAt === undefined ? {} : { lastHeardAt }),
      },
    ];
  });
}

/**
 * The difference between what was published and what is told, as facts: what goes on from a time since when nothing was
 * known is told as it would have been when it happened; anything else is a correction of the past, and then the present.
 */
function publish(
  draft: Draft,
  evidence: Evidence | undefined,
  published: OccupancyHistory,
  told: Retold,
): void {
  const { history } = told.space;
  if (history === undefined || isSame(published, history)) return;
  const was = presentValue(published.values);
  // Nothing was known any more, so what is told of the time since then changes nothing that was.
  const next =
    was?.value === 'UNKNOWN'
      ? told.steps.findLastIndex(({ before }) => isSame(published, before.history))
      : -1;
  if (next >= 0) {
    for (const { event } of told.steps.slice(next)) draft.record(event, event.data.since);
    return;
  }
  const is = presentValue(history.values);
  if (was === null || is === null) return;
  if (was.value === is.value) {
    const event = correctionOf(draft.space, evidence, published, history, null);
    if (event !== null) draft.record(event, event.data.to);
    return;
  }
  const last = told.steps.at(-1);
  const isLater = last !== undefined && is.at >= was.at;
  const until = isLater ? is.at : was.at;
  const past = isLater ? (last.before.history ?? history) : history;
  const event = correctionOf(draft.space, evidence, published, past, until);
  if (event !== null) draft.recordQuietly(event, event.data.to);
  draft.record(isLater ? changed(draft.space, last.event) : goingOn(draft.space, told, was, is), until);
}

/** Cheap where it is not so, which is nearly always. */
function isSame(published: OccupancyHistory, told: OccupancyHistory | undefined): boolean {
  if (told === undefined) return false;
  const was = presentValue(published.values);
  const is = presentValue(told.values);
  if (was?.at !== is?.at || was?.value !== is?.value) return false;
  return differenceOf(published, told, null) === null;
}

function correctionOf(
  { corrections }: LiveSpace,
  evidence: Evidence | undefined,
  published: OccupancyHistory,
  told: OccupancyHistory,
  until: Instant | null,
): Extract<SpaceEvent, { type: 'OccupancyHistoryCorrected' }> | null {
  const difference = differenceOf(published, told, until);
  if (difference === null) return null;
  return {
    type: 'OccupancyHistoryCorrected',
    data: {
      ...difference,
      correction_no: corrections + 1,
      ...(evidence === undefined ? {} : { evidence }),
    },
  };
}

type Changed = Extract<SpaceEvent, { type: 'OccupancyChanged' }>;

function changed({ occupancy }: LiveSpace, { data }: Changed): Changed {
  return { type: 'OccupancyChanged', data: { ...data, previous: occupancy.value } };
}

/** What was published last held for no time at all, and what was there before goes on. */
function goingOn(space: LiveSpace, told: Retold, was: HeldValue, is: HeldValue): Changed {
  const { session, lastHeardAt } = told.space.occupancy;
  // Where something was shown at that very instant, it is that which goes on.
  const last = told.steps.at(-1)?.event.data;
  const evidence = last?.since === was.at ? last.evidence : undefined;
  return {
    type: 'OccupancyChanged',
    data: {
      value: is.value,
      since: was.at,
      previous: space.occupancy.value,
      ...(session === null || is.value === 'VACANT' ? {} : { session_id: session.id }),
      uncertainty_s: 0,
      bridged: false,
      source: is.source ?? 'sensor',
      ...(evidence === undefined ? {} : { evidence }),
      ...(lastHeardAt === null ? {} : { last_heard_at: lastHeardAt }),
    },
  };
}
