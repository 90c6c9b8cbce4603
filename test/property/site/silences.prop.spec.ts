import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { siteDecider } from '../../../domain/site/decider.ts';
import { type SiteEvent } from '../../../domain/site/events.ts';
import { type SensorOfSite, type Stretch, wholeSilences } from '../../../domain/site/whole-silence.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { at } from '../../unit/catalogue/given.ts';

const minute = (count: number): Instant => addSeconds(at(0), count * 60);
const END = 200;

/** Ascending, disjoint stretches; some last. */
const stretches = (most: number): fc.Arbitrary<readonly Stretch[]> =>
  fc
    .tuple(fc.uniqueArray(fc.integer({ min: 0, max: END }), { maxLength: 2 * most }), fc.boolean())
    .map(([minutes, lasts]) => {
      const sorted = minutes.sort((a, b) => a - b);
      const pairs: Stretch[] = [];
      for (let i = 0; i < sorted.length; i += 2) {
        const end = sorted[i + 1];
        if (end === undefined && !lasts) continue;
        pairs.push({ from: minute(sorted[i] ?? 0), to: end === undefined ? null : minute(end) });
      }
      return pairs;
    });
const always = fc.constant<readonly Stretch[]>([{ from: minute(0), to: null }]);
const sensor = fc.record({
  watches: fc.oneof({ weight: 4, arbitrary: always }, { weight: 1, arbitrary: stretches(2) }),
  silences: stretches(3),
});
const site: fc.Arbitrary<readonly SensorOfSite[]> = fc
  .array(sensor, { maxLength: 12, size: 'max' })
  .map((sensors) => sensors.map((one, i) => ({ ...one, devEui: i.toString(16).padStart(16, '0') })));

/** What was known at an instant, had every fact been told when it happened. */
function knownAt(sensors: readonly SensorOfSite[], now: Instant): readonly SensorOfSite[] {
  const known = (all: readonly Stretch[]): readonly Stretch[] =>
    all
      .filter(({ from }) => from <= now)
      .map(({ from, to }) => ({ from, to: to !== null && to <= now ? to : null }));
  return sensors.map(({ devEui, watches, silences }) => ({
    devEui,
    watches: known(watches),
    silences: known(silences),
  }));
}

/** The events of a site whose process looks at these minutes. */
function toldAt(looks: readonly (readonly [sensors: readonly SensorOfSite[], minute: number])[]) {
  const registered: SiteEvent = { type: 'SiteRegistered', data: { name: 'Harbour', time_zone: 'UTC' } };
  let state = siteDecider.evolve(siteDecider.initialState, registered);
  const told: (SiteEvent & { readonly at: Instant })[] = [];
  for (const [devices, when] of looks) {
    const now = minute(when);
    const decision = siteDecider.decide({ type: 'TellSiteSilences', devices, through: now, now }, state);
    if (!decision.ok) throw new Error(decision.rejection.detail);
    for (const { event, occurredAt } of decision.events) {
      state = siteDecider.evolve(state, event);
      told.push({ ...event, at: occurredAt });
    }
  }
  return { state, told };
}

const looks = fc
  .uniqueArray(fc.integer({ min: 0, max: END }), { maxLength: 30 })
  .map((minutes) => [...minutes.sort((a, b) => a - b), END]);

describe('U10: silences of a whole site, over any history of its sensors', () => {
  it('do not depend on the order in which sensors are named', () => {
    fc.assert(
      fc.property(
        site.chain((sensors) =>
          fc.tuple(
            fc.constant(sensors),
            fc.shuffledSubarray([...sensors], { minLength: sensors.length, maxLength: sensors.length }),
          ),
        ),
        ([sensors, shuffled]) => {
          expect(wholeSilences(shuffled, minute(END))).toEqual(wholeSilences(sensors, minute(END)));
        },
      ),
    );
  });

  it('are told alike whenever, and however often, somebody looks', () => {
    fc.assert(
      fc.property(site, looks, (sensors, minutes) => {
        const atOnce = toldAt([[sensors, END]]);
        const meanwhile = toldAt(minutes.map((when) => [knownAt(sensors, minute(when)), when]));
        expect(meanwhile.told).toEqual(atOnce.told);
        expect(meanwhile.state).toEqual(atOnce.state);
      }),
      { numRuns: 1_000 },
    );
  });

  it('lie apart, one after the other, and never one of fewer than five sensors or 30 %', () => {
    fc.assert(
      fc.property(site, (sensors) => {
        const found = wholeSilences(sensors, minute(END));
        for (const [i, { since, detectedAt, devices, devicesInAll, endedAt }] of found.entries()) {
          expect(since <= detectedAt).toBe(true);
          expect(detectedAt <= addSeconds(since, 900)).toBe(true);
          expect(endedAt === null || detectedAt < endedAt).toBe(true);
          const watching = sensors.filter(({ watches }) =>
            watches.some(({ from, to }) => from <= detectedAt && (to === null || detectedAt < to)),
          );
          expect(watching.length).toBeGreaterThanOrEqual(5);
          expect(devices / watching.length).toBeGreaterThanOrEqual(0.3);
          expect(devicesInAll).toBeGreaterThanOrEqual(devices);
          const next = found[i + 1];
          if (next !== undefined) expect(endedAt !== null && endedAt < next.since).toBe(true);
        }
      }),
    );
  });

  it('whatever late facts took back or added: nothing is told twice, and the last word is right', () => {
    fc.assert(
      fc.property(fc.array(site, { minLength: 1, maxLength: 6 }), (versions) => {
        const all = versions.map((sensors) => [sensors, END] as const);
        const last = versions.at(-1) ?? [];
        const { told } = toldAt([...all, [last, END]]);
        expect(toldAt(all).told).toEqual(told);
        const sinces = (type: SiteEvent['type']) =>
          told.flatMap((event) => (event.type === type && 'since' in event.data ? [event.data.since] : []));
        const [begun, ended] = [sinces('SiteSilenceDetected'), sinces('SiteSilenceEnded')];
        expect(new Set(begun).size).toBe(begun.length);
        expect(new Set(ended).size).toBe(ended.length);
        const lasts = wholeSilences(last, minute(END)).some(({ endedAt }) => endedAt === null);
        const isOpen = begun.some((since) => !ended.includes(since));
        if (isOpen) expect(lasts).toBe(true);
        // Found anew with a beginning that was told and ended already: told once is told.
        else if (lasts) {
          const since = wholeSilences(last, minute(END)).at(-1)?.since ?? '';
          expect(ended).toContain(since);
        }
      }),
      { numRuns: 500 },
    );
  });
});
