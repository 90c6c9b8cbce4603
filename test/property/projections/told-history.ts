import fc from 'fast-check';
import { derivedId } from '../../../application/ids/ids.ts';
import { type DomainEvent } from '../../../domain/catalogue/event-schemas.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { type OccupancyValue } from '../../../domain/space/events.ts';
import { type Instant, instantOf } from '../../../domain/time/instant.ts';
import { uuid } from '../../support/space-commands.ts';

/**
 * A bay that was told wrongly and then put right, again and again; and the same bay told rightly from the beginning.
 * Only the arithmetic of stays is repeated here; how a correction comes about is the space's own business.
 */
export interface TwoTellings {
  readonly corrected: readonly Told[];
  readonly right: readonly Told[];
  readonly corrections: number;
}

export interface Told {
  readonly event: DomainEvent;
  readonly at: Instant;
}

interface Point {
  readonly at: number;
  readonly value: OccupancyValue;
  readonly uncertaintyS: number;
}

interface Stay {
  readonly session_id: string;
  readonly start: Instant;
  end?: Instant;
  uncertainty_s: number;
  bridged: boolean;
}

const SPACE = uuid(0x700);
const COMMISSIONED = Date.UTC(2026, 9, 20, 6, 0, 0, 250);
const HOUR_MS = 3_600_000;

type Step =
  | { readonly kind: 'change'; readonly value: OccupancyValue; readonly uncertaintyS: number }
  | {
      readonly kind: 'correct';
      readonly back: number;
      readonly length: number;
      readonly fill: readonly Fill[];
    }
  | { readonly kind: 'close'; readonly from: number; readonly length: number | null }
  | { readonly kind: 'lift' }
  /** A silence that lasts turns out to have been none. */
  | { readonly kind: 'retract' };
type Fill = readonly [share: number, value: OccupancyValue];

const value = fc.constantFrom<OccupancyValue>('VACANT', 'OCCUPIED', 'UNKNOWN');
const shareUpTo = (most: number) => fc.nat(1_000_000).map((n) => (n / 1_000_001) * most);
const share = shareUpTo(1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      value,
      uncertaintyS: fc.constantFrom(0, 0, 0, 5, 1200),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('correct' as const),
      // Mostly of the last hours, sometimes of weeks ago.
      back: fc.oneof(shareUpTo(0.1), share),
      length: fc.oneof(shareUpTo(0.05), share),
      fill: fc.array(fc.tuple(share, value), { maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('close' as const),
      from: fc.integer({ min: -2, max: 12 }),
      length: fc.option(fc.integer({ min: 1, max: 30 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'lift' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'retract' as const }) },
);

/** Milliseconds to the next step: seconds, hours, now and then days. */
const pause = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 90_000 }) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 * HOUR_MS }) },
  { weight: 1, arbitrary: fc.integer({ min: HOUR_MS, max: 120 * HOUR_MS }) },
);

export const twoTellings: fc.Arbitrary<TwoTellings> = fc
  .array(fc.tuple(pause, step), { minLength: 4, maxLength: 40, size: 'max' })
  .map(tellTwice);

function tellTwice(steps: readonly (readonly [number, Step])[]): TwoTellings {
  const corrected: Told[] = [registered()];
  const others: Told[] = [];
  let points: readonly Point[] = [];
  let corrections = 0;
  let now = COMMISSIONED;
  const open = new Set<string>();
  for (const [ms, what] of steps) {
    now += ms;
    const next = ((): Told | readonly Told[] | null => {
      switch (what.kind) {
        case 'change': {
          const present = points.at(-1)?.value ?? 'UNKNOWN';
          if (what.value === present) return null;
          points = [...points, { at: now, value: what.value, uncertaintyS: what.uncertaintyS }];
          return tell(points).at(-1) ?? null;
        }
        case 'correct': {
          const found = correction(points, now, what, corrections + 1);
          if (found === null) return null;
          corrections += 1;
          ({ points } = found);
          return found.told;
        }
        case 'close': {
          const told = closure(now, what, `closure ${others.length}`);
          open.add(told.id);
          others.push(told);
          return told;
        }
        case 'retract': {
          const found = retraction(points, now, corrections + 1);
          if (found === null) return null;
          corrections += 1;
          ({ points } = found);
          return found.told;
        }
        case 'lift': {
          const [id] = open;
          if (id === undefined) return null;
          open.delete(id);
          const told = lifted(now, id);
          others.push(told);
          return told;
        }
      }
    })();
    if (next !== null) corrected.push(...[next].flat());
  }
  const end: Told = {
    event: { type: 'SpaceRenamed', data: { name: 'The end' } },
    at: instantOf(now + HOUR_MS),
  };
  const inOrder = [...tell(points), ...others].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return {
    corrected: [...corrected, end],
    right: [registered(), ...inOrder, end],
    corrections,
  };
}

function correction(
  points: readonly Point[],
  now: number,
  { back, length, fill }: Extract<Step, { kind: 'correct' }>,
  no: number,
): { readonly points: readonly Point[]; readonly told: Told } | null {
  const from = Math.floor(now - back * (now - COMMISSIONED));
  const to = Math.min(now, Math.ceil(from + length * (now - COMMISSIONED)));
  if (from >= to) return null;
  const inside = [...fill]
    .sort(([a], [b]) => a - b)
    .map(([at, is]) => ({ at: Math.floor(from + at * (to - from)), value: is, uncertaintyS: 0 }));
  const after = normal([
    ...points.filter(({ at }) => at < from),
    { at: from, value: valueAt(points, from), uncertaintyS: 0 },
    ...inside,
    points.find(({ at }) => at === to) ?? { at: to, value: valueAt(points, to), uncertaintyS: 0 },
    ...points.filter(({ at }) => at > to),
  ]);
  if (JSON.stringify(after) === JSON.stringify(points)) return null;
  return { points: after, told: corrects(points, after, { from, to, now, no }) };
}

function retraction(
  points: readonly Point[],
  now: number,
  no: number,
): { readonly points: readonly Point[]; readonly told: readonly Told[] } | null {
  const silence = points.at(-1);
  const before = points.at(-2);
  if (silence?.value !== 'UNKNOWN' || before === undefined) return null;
  const after = points.slice(0, -1);
  const heard: Point = { ...silence, at: now };
  const told = corrects(points, [...after, heard], { from: silence.at, to: now, now, no });
  const session = walk(after).stays.find(({ end }) => end === undefined)?.session_id;
  const data = {
    value: before.value,
    since: instantOf(now),
    previous: 'UNKNOWN' as const,
    ...(session === undefined ? {} : { session_id: session }),
    uncertainty_s: 0,
    bridged: false,
    source: 'sensor' as const,
  };
  return {
    points: after,
    told: [told, { event: { type: 'OccupancyChanged', data }, at: instantOf(now) }],
  };
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly no: number;
}

/** The event that makes the one telling of a range into the other. */
function corrects(points: readonly Point[], after: readonly Point[], { from, to, now, no }: Range): Told {
  const [told, tellsNow] = [staysOf(points), staysOf(after)];
  const ids = [...new Set([...told.keys(), ...tellsNow.keys()])];
  const sessions = {
    added: ids.flatMap((id) => (told.has(id) ? [] : [tellsNow.get(id)].filter((one) => one !== undefined))),
    removed: ids.flatMap((id) => (tellsNow.has(id) ? [] : [told.get(id)].filter((one) => one !== undefined))),
    changed: ids.flatMap((id) => {
      const [was, is] = [told.get(id), tellsNow.get(id)];
      if (was === undefined || is === undefined) return [];
      return JSON.stringify(was) === JSON.stringify(is) ? [] : [{ before: was, after: is }];
    }),
  };
  const data = {
    from: instantOf(from),
    to: instantOf(to),
    before: intervals(points, from, to),
    after: intervals(after, from, to),
    sessions,
    correction_no: no,
  };
  return { event: { type: 'OccupancyHistoryCorrected', data }, at: instantOf(now) };
}

/** Of several at one instant the last counts; the same value again is no change. */
function normal(points: readonly Point[]): Point[] {
  const last = points.filter((point, index) => points[index + 1]?.at !== point.at);
  let value: OccupancyValue = 'UNKNOWN';
  return last.filter((point) => {
    const isNews = point.value !== value;
    value = point.value;
    return isNews;
  });
}

function valueAt(points: readonly Point[], at: number): OccupancyValue {
  return points.findLast((point) => point.at <= at)?.value ?? 'UNKNOWN';
}

function intervals(points: readonly Point[], from: number, to: number) {
  const cuts = [from, ...points.map(({ at }) => at).filter((at) => at > from && at < to), to];
  return cuts.slice(1).map((until, index) => {
    const since = cuts[index] ?? from;
    return { value: valueAt(points, since), since: instantOf(since), until: instantOf(until) };
  });
}

/** What a space records of these changes when they come in their order. */
function tell(points: readonly Point[]): Told[] {
  return walk(points).told;
}

function staysOf(points: readonly Point[]): Map<string, Stay> {
  return new Map(walk(points).stays.map((stay) => [stay.session_id, stay]));
}

function walk(points: readonly Point[]): { readonly told: Told[]; readonly stays: Stay[] } {
  const told: Told[] = [];
  const stays: Stay[] = [];
  let previous: OccupancyValue = 'UNKNOWN';
  let since = COMMISSIONED;
  let open: Stay | null = null;
  let wasKnown = false;
  for (const { at, value: next, uncertaintyS } of points) {
    const gapS = previous === 'UNKNOWN' ? Math.ceil((at - since) / 1000) : 0;
    let uncertainty = uncertaintyS;
    let bridged = false;
    let sessionId: string | undefined = open?.session_id;
    if (next === 'VACANT') {
      if (open !== null) {
        uncertainty = Math.max(uncertainty, gapS);
        open.end = instantOf(at);
        open.uncertainty_s += uncertainty;
        open = null;
      }
      sessionId = undefined;
    } else if (next === 'OCCUPIED') {
      if (open !== null) {
        bridged = open.bridged = true;
        uncertainty = 0;
      } else {
        if (wasKnown) uncertainty = Math.max(uncertainty, gapS);
        sessionId = derivedId(SPACE, String(at));
        open = { session_id: sessionId, start: instantOf(at), uncertainty_s: uncertainty, bridged: false };
        stays.push(open);
      }
    } else {
      uncertainty = 0;
    }
    const data = {
      value: next,
      since: instantOf(at),
      previous,
      ...(sessionId === undefined ? {} : { session_id: sessionId }),
      uncertainty_s: uncertainty,
      bridged,
      source: 'sensor' as const,
    };
    told.push({ event: { type: 'OccupancyChanged', data }, at: instantOf(at) });
    wasKnown ||= next !== 'UNKNOWN';
    previous = next;
    since = at;
  }
  return { told, stays };
}

function registered(): Told {
  const at = instantOf(COMMISSIONED);
  const data = {
    site_id: uuid(1),
    code: 'A-01',
    name: 'Bay',
    attributes: {},
    commissioned_at: at,
    policy: defaultPolicy,
  };
  return { event: { type: 'SpaceRegistered', data }, at };
}

function closure(now: number, { from, length }: Extract<Step, { kind: 'close' }>, label: string) {
  const id = derivedId(SPACE, label);
  const starts = now + from * HOUR_MS;
  const data = {
    override_id: id,
    kind: 'OUT_OF_SERVICE' as const,
    reason: { code: 'maintenance' as const },
    starts_at: instantOf(starts),
    ...(length === null ? {} : { ends_at: instantOf(starts + length * HOUR_MS) }),
  };
  return { id, event: { type: 'OverrideApplied', data } as const, at: instantOf(now) };
}

function lifted(now: number, id: string): Told {
  const data = { override_id: id, reason: { code: 'maintenance' as const } };
  return { event: { type: 'OverrideLifted', data }, at: instantOf(now) };
}
