import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FileStay, planStays } from '../../../application/history-import/stays.ts';
import { type FileTransition, planTransitions } from '../../../application/history-import/transitions.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { at } from '../../support/space-commands.ts';
import { BayOnRecord } from '../../support/told-bay.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 60);
const BEGIN = at(0);

/** Steps of hours up to months, so that some facts lie further back than a space remembers. */
const gapS = fc.oneof(fc.integer({ min: 1, max: 7_200 }), fc.integer({ min: 86_400, max: 20 * 86_400 }));

const transitions: fc.Arbitrary<readonly FileTransition[]> = fc
  .array(
    fc.record({ gapS, value: fc.constantFrom('VACANT', 'OCCUPIED'), uncertaintyS: fc.constantFrom(0, 30) }),
    { minLength: 1, maxLength: 12 },
  )
  .map((steps) => {
    let now: Instant = BEGIN;
    return steps.map(({ gapS: gap, value, uncertaintyS }, index) => {
      now = addSeconds(now, gap);
      return { line: index + 2, at: now, value, uncertaintyS };
    });
  });

/** Stays that may touch, overlap and repeat. */
const stays: fc.Arbitrary<readonly FileStay[]> = fc.array(
  fc
    .record({ fromH: fc.integer({ min: 0, max: 400 }), hours: fc.integer({ min: 1, max: 9 }) })
    .map(({ fromH, hours }) => ({
      line: 0,
      start: addSeconds(BEGIN, fromH * 3600),
      end: addSeconds(BEGIN, (fromH + hours) * 3600),
    })),
  { minLength: 1, maxLength: 14 },
);

const numbered = <R extends { readonly line: number }>(rows: readonly R[]): R[] =>
  rows.map((row, index) => ({ ...row, line: index + 2 }));

async function opened(): Promise<BayOnRecord> {
  const bay = new BayOnRecord();
  await bay.open(BEGIN);
  return bay;
}

interface Outcome {
  readonly values: readonly string[];
  readonly stays: readonly string[];
}

async function outcomeOf(bay: BayOnRecord): Promise<Outcome> {
  return { values: await bay.values(), stays: await bay.stays() };
}

/** What the file says itself, without any of ours. */
function expectedValues(rows: readonly FileTransition[]): string[] {
  const values = [`${BEGIN} UNKNOWN`];
  let before: string = 'UNKNOWN';
  for (const { at: instant, value } of [...rows].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    if (value !== before) values.push(`${instant} ${value}`);
    before = value;
  }
  return values;
}

describe('transitions of a bay', () => {
  it('become what the file says, and told again add no event', async () => {
    await fc.assert(
      fc.asyncProperty(transitions, async (rows) => {
        const bay = await opened();
        await bay.tell((recorded) => planTransitions(rows, recorded));
        expect(await bay.values()).toEqual(expectedValues(rows));
        const events = await bay.events();
        const again = await bay.tell((recorded) => planTransitions(rows, recorded));
        expect(again).toMatchObject({ told: 0, known: rows.length, rejected: [] });
        expect(await bay.events()).toBe(events);
      }),
      { numRuns: RUNS },
    );
  });

  it('are the same in any order of the rows, to the event', async () => {
    const shuffled = transitions.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows], { minLength: rows.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([rows, mixed]) => {
        const [one, other] = [await opened(), await opened()];
        await one.tell((recorded) => planTransitions(rows, recorded));
        await other.tell((recorded) => planTransitions(mixed, recorded));
        expect(await other.history()).toEqual(await one.history());
        expect(await other.events()).toBe(await one.events());
      }),
      { numRuns: RUNS },
    );
  });

  it('told in two files, the second with what the first left out, are those of one file', async () => {
    const parts = transitions.chain((rows) => fc.tuple(fc.constant(rows), fc.subarray([...rows])));
    await fc.assert(
      fc.asyncProperty(parts, async ([rows, some]) => {
        const [one, two] = [await opened(), await opened()];
        await one.tell((recorded) => planTransitions(rows, recorded));
        await two.tell((recorded) => planTransitions(some, recorded));
        const second = await two.tell((recorded) => planTransitions(rows, recorded));
        expect(second).toMatchObject({ told: rows.length - some.length, known: some.length, rejected: [] });
        expect(await outcomeOf(two)).toEqual(await outcomeOf(one));
        const events = await two.events();
        await two.tell((recorded) => planTransitions(rows, recorded));
        expect(await two.events()).toBe(events);
      }),
      { numRuns: RUNS },
    );
  });

  it('do not lose their uncertainty when the past before them is corrected', async () => {
    const bay = await opened();
    const row = (line: number, hour: number, value: 'VACANT' | 'OCCUPIED', uncertaintyS: number) => ({
      line,
      at: at(hour),
      value,
      uncertaintyS,
    });
    const rows = [row(2, 1, 'VACANT', 60), row(4, 5, 'OCCUPIED', 900), row(5, 6, 'VACANT', 30)];
    await bay.tell((recorded) => planTransitions(rows, recorded));
    const missing = [row(3, 2, 'OCCUPIED', 7), row(6, 3, 'VACANT', 5)];
    await bay.tell((recorded) => planTransitions([...rows, ...missing], recorded));
    expect((await bay.history()).stays).toMatchObject([
      { start: at(2), end: at(3), uncertaintyS: 12 },
      { start: at(5), end: at(6), uncertaintyS: 930 },
    ]);
  });
});

describe('stays of a bay', () => {
  it('are those of the file that are accepted; told again, and in any order, they are the same', async () => {
    const shuffled = stays.chain((rows) =>
      fc.tuple(fc.constant(numbered(rows)), fc.shuffledSubarray([...rows], { minLength: rows.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([rows, mixed]) => {
        const [one, other] = [await opened(), await opened()];
        const first = await one.tell((recorded) => planStays(rows, recorded));
        if (first === 'killed') throw new Error('nobody killed it');
        const refused = new Set(first.rejected.map(({ line }) => line));
        const accepted = rows.filter(({ line }) => !refused.has(line));
        const ends = new Set(accepted.map(({ end }) => end));
        const expected = new Set(
          accepted.map(({ start, end }) =>
            ends.has(start) ? `${addMs(start, 1)} ${end ?? '-'}` : `${start} ${end ?? '-'}`,
          ),
        );
        expect(await one.stays()).toEqual([...expected].sort());
        const events = await one.events();
        expect(await one.tell((recorded) => planStays(rows, recorded))).toMatchObject({
          told: 0,
          rejected: first.rejected,
          repeats: first.repeats,
        });
        expect(await one.events()).toBe(events);
        await other.tell((recorded) => planStays(numbered(mixed), recorded));
        expect(await other.history()).toEqual(await one.history());
      }),
      { numRuns: RUNS },
    );
  });

  it('are the same after an import that was killed anywhere and run again', async () => {
    const killed = fc.tuple(stays, fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(killed, async ([rows, kills]) => {
        const plan = numbered(rows);
        const [one, other] = [await opened(), await opened()];
        const first = await one.tell((recorded) => planStays(plan, recorded));
        for (const after of kills) await other.tell((recorded) => planStays(plan, recorded), after);
        const last = await other.tell((recorded) => planStays(plan, recorded));
        expect(last).toMatchObject({
          rejected: first === 'killed' ? [] : first.rejected,
        });
        expect(await other.history()).toEqual(await one.history());
        expect(await other.events()).toBe(await one.events());
      }),
      { numRuns: RUNS },
    );
  });

  it('that are added between others are one correction each, and leave the others alone', async () => {
    const stay = (line: number, from: number, to: number) => ({ line, start: at(from), end: at(to) });
    const rows = [stay(2, 1, 2), stay(3, 10, 11)];
    const bay = await opened();
    await bay.tell((recorded) => planStays(rows, recorded));
    await bay.tell((recorded) => planStays([...rows, stay(4, 3, 4), stay(5, 6, 7)], recorded));
    expect(await bay.stays()).toHaveLength(4);
    expect((await bay.space()).corrections).toBe(2);
  });

  it('of two files that overlap: what is on record stands, what fits beside it is added', async () => {
    const parts = stays.chain((rows) => fc.tuple(fc.constant(numbered(rows)), fc.subarray([...rows])));
    await fc.assert(
      fc.asyncProperty(parts, async ([rows, some]) => {
        const bay = await opened();
        await bay.tell((recorded) => planStays(numbered(some), recorded));
        const before = (await bay.history()).stays;
        const second = await bay.tell((recorded) => planStays(rows, recorded));
        if (second === 'killed') throw new Error('nobody killed it');
        const after = (await bay.history()).stays;
        expect(after).toEqual(expect.arrayContaining([...before]));
        const refused = new Set(second.rejected.map(({ line }) => line));
        const accepted = new Set(
          rows.filter(({ line }) => !refused.has(line)).map(({ start, end }) => `${start} ${end ?? ''}`),
        );
        expect(after.length).toBe(new Set([...accepted]).size);
        const events = await bay.events();
        await bay.tell((recorded) => planStays(rows, recorded));
        expect(await bay.events()).toBe(events);
      }),
      { numRuns: RUNS },
    );
  });
});

function addMs(instant: Instant, ms: number): Instant {
  return addSeconds(instant, ms / 1000);
}
