import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeInLine } from '../../../adapters/cli/simulation/place-in-line.ts';
import { type ReadingRow } from '../../../application/ports/sensor-tables.ts';
import { asMessage } from '../../../application/sensor-process/device-past.ts';
import { inOrder } from '../../../application/sensor-process/in-order.ts';
import { type Instant, instantOf } from '../../../domain/time/instant.ts';

const T0 = Date.parse('2026-11-23T08:00:00Z');
const ADDRESS = '01020304';
const OTHER = '0a0b0c0d';

interface Sent {
  readonly afterS: number;
  readonly lost: number;
  readonly occupied: boolean;
}

const sent: fc.Arbitrary<Sent> = fc.record({
  afterS: fc.integer({ min: 2, max: 7_200 }),
  lost: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
  occupied: fc.boolean(),
});

/** With a join that was heard before its first message, or without. */
const lines = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.boolean(), fc.array(sent, { minLength: 1, maxLength: 12 }))
  .map(([first, hasJoined, steps]) => {
    const since = instantOf(T0 + (hasJoined ? 0 : 1000 * (steps[0]?.afterS ?? 0)));
    let at = T0;
    let fCnt = first - 1;
    return steps.map(({ afterS, lost, occupied }, index) => {
      at += afterS * 1000;
      fCnt += 1 + (index === 0 ? 0 : lost);
      return rowOf(instantOf(at), fCnt, occupied, ADDRESS, since);
    });
  });

/** Between two of the line's messages, or before the first, never at one's very instant. */
const cases = fc
  .tuple(lines, fc.nat(), fc.double({ min: 0.01, max: 0.99, noNaN: true }))
  .map(([rows, n, share]) => {
    const index = n % rows.length;
    const after = Date.parse(rows[index]?.effectiveAt ?? '');
    const before = index === 0 ? T0 - 7_200_000 : Date.parse(rows[index - 1]?.effectiveAt ?? '');
    const at = instantOf(
      before + Math.max(1, Math.min(after - before - 1, Math.round((after - before) * share))),
    );
    return { rows, index, at };
  });

describe('the place of a late frame in its device’s line', () => {
  it('is that of its own time, by the very order that the sensor process puts messages in', () => {
    fc.assert(
      fc.property(cases, ({ rows, index, at }) => {
        const place = placeInLine(rows, newestOf(rows), at, OTHER);
        const since = place.devAddr === ADDRESS ? sinceOf(rows) : at;
        const late = rowOf(at, place.fCnt, true, place.devAddr, since);
        const line = inOrder([...rows, late].map(asMessage));
        expect(line.map(({ message }) => message.frameId)).toEqual(
          [...rows.slice(0, index), late, ...rows.slice(index)].map(({ frameId }) => frameId),
        );
        expect(line.map(({ effectiveAt }) => effectiveAt)).toEqual(line.map(({ message }) => message.at));
        expect(place.isLate).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('has a counter of its own wherever one was left out', () => {
    fc.assert(
      fc.property(cases, ({ rows, index, at }) => {
        const place = placeInLine(rows, newestOf(rows), at, OTHER);
        const [before, after] = [rows[index - 1]?.fCnt ?? null, rows[index]?.fCnt ?? 0];
        const hasRoom = before === null ? after > 0 || sinceOf(rows) > at : after - before > 1;
        expect(place.isCounterUsed).toBe(!hasRoom);
        const used = place.devAddr === ADDRESS && rows.some(({ fCnt }) => fCnt === place.fCnt);
        expect(used).toBe(!hasRoom);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the place of a frame that is the newest', () => {
  it('follows all others, whenever it was sent after them', () => {
    fc.assert(
      fc.property(lines, fc.nat({ max: 86_400 }), (rows, laterS) => {
        const last = Date.parse(rows.at(-1)?.effectiveAt ?? '');
        const newest = newestOf(rows);
        expect(placeInLine(rows, newest, instantOf(last + laterS * 1000), OTHER)).toMatchObject({
          devAddr: ADDRESS,
          fCnt: newest.fCnt + 1,
          isLate: false,
          isCounterUsed: false,
        });
      }),
    );
  });

  it('is the first of a device that was never heard', () => {
    const place = placeInLine([], { devAddr: ADDRESS, fCnt: -1 }, instantOf(T0), OTHER);
    expect(place).toEqual({ devAddr: ADDRESS, fCnt: 0, isLate: false, isCounterUsed: false, before: null });
  });
});

function newestOf(rows: readonly ReadingRow[]) {
  return { devAddr: ADDRESS, fCnt: rows.at(-1)?.fCnt ?? -1 };
}

function sinceOf([first]: readonly ReadingRow[]): Instant {
  return (first?.session ?? '').endsWith('T080000') ? instantOf(T0) : (first?.effectiveAt ?? instantOf(T0));
}

function rowOf(at: Instant, fCnt: number, occupied: boolean, address: string, since: Instant): ReadingRow {
  const session = `${address}/${since.slice(0, 19).replaceAll(/[-:]/g, '')}`;
  return {
    tenantId: '0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11',
    frameId: `${address}/${at}`,
    devEui: '70b3d5e75e000001',
    kind: 'up',
    receivedAt: at,
    occurredAt: at,
    timeSource: 'network_server',
    clockSuspect: false,
    effectiveAt: at,
    session,
    fCnt,
    fPort: 1,
    // No two are the same message.
    payload: at,
    outcome: 'applied',
    detail: null,
    spaceId: null,
    decoded: JSON.stringify({ occupancy: occupied ? 'OCCUPIED' : 'VACANT' }),
    stream: 'frames-0b6b1f0e6b0f5d529a538c1f1d0a7c11-20261123' as ReadingRow['stream'],
    revision: 0,
  };
}
