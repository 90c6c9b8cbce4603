import { describe, expect, it } from 'vitest';
import {
  NO_ORDER,
  place,
  type DeviceOrder,
  type Placed,
} from '../../../application/sensor-process/device-order.ts';
import { type Frame } from '../../../application/sensor-process/frame-input.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';

const T0 = '2026-03-01T08:00:00.000Z' as Instant;
const TENANT = '1'.repeat(32);
let count = 0;

function frame(rest: Partial<Frame> = {}): Frame {
  count += 1;
  return {
    tenantId: TENANT,
    frameId: `${count.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    devEui: '00000000000000aa',
    network: 'chirpstack',
    kind: 'up',
    session: 'a0',
    fCnt: 1,
    fPort: 1,
    payload: 'AQ==',
    times: { received: T0 },
    receivedAt: T0,
    envelope: '',
    stream: streamName('frames', TENANT, '20260301'),
    revision: 0,
    ...rest,
  };
}

/** Places messages one after the other: each with seconds after T0. */
function line(
  ...messages: readonly (readonly [number, Partial<Frame>?, ('received' | 'network')?])[]
): readonly Placed[] {
  let order: DeviceOrder = NO_ORDER;
  return messages.map(([s, rest, source = 'network']) => {
    const placed = place(order, frame(rest), { at: addSeconds(T0, s), source, clamped: false });
    order = placed.order;
    return placed;
  });
}

const places = (placed: readonly Placed[]) => placed.map((one) => one.place);

describe('the line of a device', () => {
  it('orders by counter within a session, whatever the clocks say', () => {
    const placed = line([10, { fCnt: 1 }], [5, { fCnt: 2 }], [30, { fCnt: 4 }], [20, { fCnt: 3 }]);
    expect(places(placed)).toEqual(['newest', 'newest', 'newest', 'late']);
    expect(placed.map(({ effectiveAt }) => effectiveAt)).toEqual([
      addSeconds(T0, 10),
      '2026-03-01T08:00:10.001Z',
      addSeconds(T0, 30),
      addSeconds(T0, 20),
    ]);
    expect(placed.map(({ follows }) => follows)).toEqual([true, true, false, false]);
  });

  it('knows the very message again, also when it is the first', () => {
    const id = { frameId: 'f0f0f0f0-f0f0-4000-8000-000000000000' };
    expect(places(line([10, id], [10, id], [99, { ...id, session: 'b0' }]))).toEqual([
      'newest',
      'duplicate',
      'duplicate',
    ]);
  });

  it.each([
    ['the same within ten minutes', {}, 599, 'repeat'],
    ['the same later', {}, 601, 'newest'],
    ['another payload', { payload: 'AA==' }, 10, 'late'],
    ['another port', { fPort: 2 }, 10, 'late'],
    ['a long payload, the same', { payload: 'A'.repeat(300) }, 10, 'late'],
  ])('sees a repeat by the radio: %s', (_name, rest, after, expected) => {
    expect(places(line([0], [after, rest]))[1]).toBe(expected);
  });

  it('takes a lower counter much later for a counter that began anew, unless only our own clock says so', () => {
    expect(places(line([0, { fCnt: 9 }], [601, { fCnt: 1 }], [602, { fCnt: 2 }]))).toEqual(
      Array(3).fill('newest'),
    );
    expect(places(line([0, { fCnt: 9 }], [601, { fCnt: 1 }, 'received']))[1]).toBe('late');
  });

  it('begins a session with a join, or with an address that was not seen before', () => {
    const joined = line(
      [0, { fCnt: 9 }],
      [10, { kind: 'join', session: 'b0', fCnt: null }],
      [12, { session: 'b0', fCnt: 0 }],
    );
    expect(places(joined)).toEqual(['newest', 'newest', 'newest']);
    expect(joined.map(({ join }) => join?.devAddr ?? null)).toEqual([null, 'b0', null]);
    const lost = line([0, { fCnt: 9 }], [12, { session: 'b0', fCnt: 0 }]);
    expect(lost.map(({ join }) => join?.devAddr ?? null)).toEqual([null, 'b0']);
  });

  it('records a join that comes after the first message of its session, and begins nothing', () => {
    const placed = line(
      [0],
      [10, { session: 'b0', fCnt: 0 }],
      [8, { kind: 'join', session: 'b0', fCnt: null }],
    );
    expect(placed[2]).toMatchObject({ place: 'late', join: { devAddr: 'b0', at: addSeconds(T0, 8) } });
    expect(placed[2]?.join?.session).toBe(placed[1]?.session);
  });

  it('takes messages of an earlier session for late, until the device is plainly back there', () => {
    const placed = line(
      [0, { fCnt: 9 }],
      [10, { session: 'b0', fCnt: 0 }],
      [12, { fCnt: 10 }],
      [700, { fCnt: 11 }],
    );
    expect(places(placed)).toEqual(['newest', 'newest', 'late', 'newest']);
  });

  it('begins a session with the same address when that joins again', () => {
    const placed = line([0, { fCnt: 9 }], [10, { kind: 'join', fCnt: null }], [12, { fCnt: 0 }]);
    expect(places(placed)).toEqual(['newest', 'newest', 'newest']);
    expect(placed[2]?.session).not.toBe(placed[0]?.session);
  });

  it('does without counters and addresses', () => {
    const bare = { session: null, fCnt: null };
    expect(places(line([10, bare], [20, bare], [15, bare]))).toEqual(['newest', 'newest', 'late']);
  });

  it('stays small', () => {
    const many = line(
      ...Array.from({ length: 500 }, (_, i) => [i, { fCnt: i, session: `s${i % 40}` }] as const),
    );
    expect(JSON.stringify(many.at(-1)?.order).length).toBeLessThan(6_000);
  });
});
