import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SpaceCommand, type TimelineMark } from '../../../domain/space/commands.ts';
import { spaceDecider } from '../../../domain/space/decider.ts';
import { type Evidence, type OccupancyValue, type SpaceEvent } from '../../../domain/space/events.ts';
import { goesOn } from '../../../domain/space/history/occupancy-history.ts';
import { type LiveSpace, type SpaceState } from '../../../domain/space/state.ts';
import { type Instant, instantOf } from '../../../domain/time/instant.ts';
import { assign, at, OTHER_SENSOR, registration, SENSOR, uuid } from '../../support/space-commands.ts';
import { writeProblem } from '../../../domain/catalogue/write-problem.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);
const END = at(23);

interface Shown {
  readonly devEui: string;
  readonly minute: number;
  readonly value: OccupancyValue;
  readonly uncertaintyS: number;
}

/** What happens on a day at one bay: what two sensors show, and when the second replaces the first. */
interface Day {
  readonly shown: readonly Shown[];
  readonly swapAt: number;
  readonly swapGapS: number;
}

const minute = fc.integer({ min: 10, max: 1_300 });
const day: fc.Arbitrary<Day> = fc
  .record({
    shown: fc.uniqueArray(
      fc.record({
        minute,
        value: fc.constantFrom<OccupancyValue>('VACANT', 'OCCUPIED', 'OCCUPIED', 'UNKNOWN'),
        uncertaintyS: fc.constantFrom(0, 0, 30, 6_000),
      }),
      { selector: ({ minute: at }) => at, minLength: 1, maxLength: 14 },
    ),
    swapAt: fc.oneof(fc.constant(1_400), minute),
    swapGapS: fc.constantFrom(0, 1_800, 86_400),
  })
  .map((made) => ({
    ...made,
    shown: made.shown.map((one) =>
      one.minute < made.swapAt
        ? { ...one, devEui: SENSOR }
        : // The first frame of a device has none before it: nothing in its line makes it uncertain.
          { ...one, devEui: OTHER_SENSOR, uncertaintyS: 0 },
    ),
  }));

const inTime = (minutes: number): Instant => instantOf(Date.parse(at(0)) + minutes * 60_000);
const frameId = (minutes: number): string => uuid(0x20_000 + minutes);
const sessionIdOf = (openedBy: string): string => openedBy.replace('00000000-', 'aaaaaaaa-');

function evidenceOf({ devEui, minute: when }: Shown): Evidence {
  return {
    frame_id: frameId(when),
    dev_eui: devEui,
    decoder: 'test',
    decoder_version: '1',
    time_source: 'network',
  };
}

function markOf(shown: Shown): TimelineMark {
  const { minute: when, value, uncertaintyS } = shown;
  if (value === 'UNKNOWN') return { at: inTime(when), value, uncertaintyS: 0 };
  return { at: inTime(when), value, uncertaintyS, evidence: evidenceOf(shown) };
}

class Bay {
  state: SpaceState = spaceDecider.initialState;
  readonly events: SpaceEvent[] = [];
  readonly #known: Shown[] = [];

  constructor({ swapGapS }: Day) {
    this.command(registration({ swap_gap_s: swapGapS }));
    this.command(assign(SENSOR, at(0)));
  }

  get live(): LiveSpace {
    if (this.state.status === 'unregistered') throw new Error('there is no such space');
    return this.state;
  }

  command(command: SpaceCommand): void {
    const decision = spaceDecider.decide(command, this.state);
    if (!decision.ok) throw new Error(JSON.stringify(decision.rejection));
    for (const { event } of decision.events) {
      expect(writeProblem(event.type, event.data)).toBeNull();
      this.events.push(event);
      this.state = spaceDecider.evolve(this.state, event);
    }
  }

  /** As the sensor process does: the newest is told by itself, with anything else the device is told anew. */
  hears(shown: Shown, swapped: boolean): void {
    const isNewest = this.#known.every((one) => one.devEui !== shown.devEui || one.minute < shown.minute);
    this.#known.push(shown);
    if (swapped || shown.devEui === SENSOR) this.tells(shown, isNewest);
  }

  tells(shown: Shown, isNewest: boolean): void {
    const { devEui, value, uncertaintyS, minute: when } = shown;
    const since = inTime(when);
    const isPresent = isNewest && since > this.live.occupancy.since;
    if (isPresent && this.live.sensors.at(-1)?.devEui === devEui) {
      this.command({
        type: 'ObserveOccupancy',
        value,
        since,
        source: 'sensor',
        devEui,
        uncertaintyS: value === 'UNKNOWN' ? 0 : uncertaintyS,
        ...(value === 'UNKNOWN' ? {} : { evidence: evidenceOf(shown) }),
        sessionId: sessionIdOf(frameId(when)),
        now: END,
      });
    } else this.tellsAll(devEui, since);
  }

  tellsAll(devEui: string, from: Instant): void {
    const known = this.#known.filter((one) => one.devEui === devEui).sort((a, b) => a.minute - b.minute);
    const newest = known.at(-1);
    if (newest === undefined) return;
    const marks = known.map(markOf).filter((mark) => mark.at >= from);
    const through = inTime(newest.minute);
    this.command({ type: 'ObserveTimeline', devEui, from, through, marks, sessionIdOf, now: END });
  }

  /** Half a minute before the first frame that counts for the other sensor. */
  swap(when: number): void {
    const from = inTime(when - 0.5);
    this.command({ ...assign(OTHER_SENSOR, from, uuid(0xa1)), now: END });
    if (this.#known.some(({ devEui }) => devEui === OTHER_SENSOR)) this.tellsAll(OTHER_SENSOR, from);
  }

  /** What was published of the past, and of the present. */
  get outcome() {
    const { occupancy, history } = this.live;
    const { value, since, lastKnown, session } = occupancy;
    return {
      present: { value, since, lastKnown, session },
      values: history?.values
        .filter((one, index, all) => !goesOn(all[index - 1], one))
        .map(({ at: from, value: is, sessionId }) => ({ from, is, sessionId })),
      stays: history?.stays,
    };
  }
}

/** Each thing becomes known in the order in which it happened. */
function inOrder(made: Day): Bay {
  const bay = new Bay(made);
  const steps: readonly (readonly [number, () => void])[] = [
    ...made.shown.map((shown) => [shown.minute, () => bay.hears(shown, true)] as const),
    ...(made.swapAt < 1_400 ? [[made.swapAt - 0.5, () => bay.swap(made.swapAt)] as const] : []),
  ];
  for (const [, step] of [...steps].sort(([a], [b]) => a - b)) step();
  return bay;
}

describe('U4: what a device showed, told in whatever order it became known', () => {
  it('comes to the same history and the same present', () => {
    let corrections = 0;
    fc.assert(
      fc.property(day, fc.infiniteStream(fc.nat()), (made, chance) => {
        const draw = (): number => Number(chance.next().value ?? 0);
        const bay = new Bay(made);
        const steps: (() => void)[] = [];
        let swapped = made.swapAt >= 1_400;
        for (const shown of made.shown) steps.push(() => bay.hears(shown, swapped));
        if (!swapped) {
          const swap = (): void => {
            swapped = true;
            bay.swap(made.swapAt);
          };
          steps.splice(draw() % (steps.length + 1), 0, swap);
        }
        const shuffled = shuffle(steps, draw);
        for (const step of shuffled) step();
        // However it went, told once more in full nothing is new.
        const before = bay.events.length;
        bay.tellsAll(SENSOR, at(0));
        expect(bay.events.slice(before)).toEqual([]);
        expect(bay.outcome).toEqual(inOrder(made).outcome);
        corrections += bay.live.corrections;
      }),
      { numRuns: RUNS },
    );
    expect(corrections).toBeGreaterThan(RUNS / 2);
  });
});

function shuffle<T>(items: readonly T[], draw: () => number): readonly T[] {
  const left = [...items];
  const shuffled: T[] = [];
  while (left.length > 0) shuffled.push(...left.splice(draw() % left.length, 1));
  return shuffled;
}
