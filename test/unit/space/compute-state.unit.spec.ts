import { describe, expect, it } from 'vitest';
import { defaultPolicy, termsOf } from '../../../domain/policy/policy.ts';
import { computeState } from '../../../domain/space/compute-state.ts';
import { type OverrideKind } from '../../../domain/space/events.ts';
import {
  type Occupancy,
  type Override,
  type Reservation,
  type ReservationStatus,
  type StateInputs,
} from '../../../domain/space/state.ts';
import { at, uuid } from '../../support/space-commands.ts';

const occupancies = {
  vacant: { value: 'VACANT', lastKnown: 'VACANT' },
  occupied: { value: 'OCCUPIED', lastKnown: 'OCCUPIED' },
  'silent, was vacant': { value: 'UNKNOWN', lastKnown: 'VACANT' },
  'silent, was occupied': { value: 'UNKNOWN', lastKnown: 'OCCUPIED' },
  'never heard': { value: 'UNKNOWN', lastKnown: null },
} as const;
type Bay = keyof typeof occupancies;
const bays = Object.keys(occupancies) as Bay[];

function occupancyOf(bay: Bay): Occupancy {
  const rest = {
    since: at(1),
    lastHeardAt: null,
    source: null,
    session: null,
    sensorChangedAt: null,
    before: null,
  };
  return { ...occupancies[bay], ...rest };
}

function overrideOf(kind: OverrideKind, rest: Partial<Override> = {}): Override {
  const fixed = { id: uuid(1), reasonCode: 'test', seq: 1, started: true } as const;
  return { ...fixed, kind, startsAt: at(9), endsAt: at(17), ...rest };
}

function reservationOf(status: ReservationStatus, rest: Partial<Reservation> = {}): Reservation {
  return {
    id: uuid(2),
    allocationId: uuid(3),
    start: at(10),
    end: at(12),
    status,
    holdExpiresAt: null,
    terms: termsOf(defaultPolicy.values),
    subjectId: null,
    started: true,
    ...rest,
  };
}

function inputs(rest: Partial<StateInputs>): StateInputs {
  const nothing = { overrides: [], reservations: [], occupancy: occupancyOf('vacant') };
  return { ...nothing, unknownState: 'hold_last', ...rest };
}

describe('priority: manual override, then reservation, then sensor (A02)', () => {
  it('test 1: override=MAINTENANCE, sensor=OCCUPIED, reservation=RESERVED → MAINTENANCE', () => {
    const all = inputs({
      overrides: [overrideOf('OUT_OF_SERVICE')],
      occupancy: occupancyOf('occupied'),
      reservations: [reservationOf('CONFIRMED')],
    });
    expect(computeState(all, at(11)).state).toBe('MAINTENANCE');
  });

  it('test 2: override=none, sensor=FREE, reservation=RESERVED → RESERVED', () => {
    const all = inputs({ occupancy: occupancyOf('vacant'), reservations: [reservationOf('CONFIRMED')] });
    expect(computeState(all, at(11)).state).toBe('RESERVED');
  });
});

type Answer = readonly ['FREE' | 'OCCUPIED' | 'RESERVED' | 'MAINTENANCE', boolean | null];
const policies = ['hold_last', 'assume_free', 'assume_occupied'] as const;
const statuses: readonly (ReservationStatus | null)[] = [
  null,
  'PENDING',
  'CONFIRMED',
  'CHECKED_IN',
  'FULFILLED',
  'NO_SHOW',
  'CANCELLED',
  'REJECTED',
  'EXPIRED',
];

/** The table of rule S3, written down a second time. */
const byOverride: Readonly<Record<OverrideKind, Answer>> = {
  OUT_OF_SERVICE: ['MAINTENANCE', false],
  BLOCKED: ['MAINTENANCE', false],
  FORCE_OCCUPIED: ['OCCUPIED', false],
  FORCE_FREE: ['FREE', true],
};
const byBay: Readonly<Record<Bay, readonly [Answer, Answer, Answer]>> = {
  vacant: [
    ['FREE', true],
    ['FREE', true],
    ['FREE', true],
  ],
  occupied: [
    ['OCCUPIED', false],
    ['OCCUPIED', false],
    ['OCCUPIED', false],
  ],
  'silent, was vacant': [
    ['FREE', null],
    ['FREE', null],
    ['OCCUPIED', null],
  ],
  'silent, was occupied': [
    ['OCCUPIED', null],
    ['FREE', null],
    ['OCCUPIED', null],
  ],
  'never heard': [
    ['FREE', null],
    ['FREE', null],
    ['FREE', null],
  ],
};
const kinds = Object.keys(byOverride) as OverrideKind[];

describe('the whole table S3', () => {
  for (const [place, unknownState] of policies.entries()) {
    for (const bay of bays) {
      for (const status of statuses) {
        const reservations = status === null ? [] : [reservationOf(status)];
        const base = inputs({ occupancy: occupancyOf(bay), reservations, unknownState });

        it(`${unknownState}, ${bay}, booking ${status ?? 'none'}`, () => {
          for (const kind of kinds) {
            const { state, available } = computeState({ ...base, overrides: [overrideOf(kind)] }, at(11));
            expect([state, available]).toEqual(byOverride[kind]);
          }
          const { state, available } = computeState(base, at(11));
          const firm = status === 'CONFIRMED' || status === 'CHECKED_IN';
          expect([state, available]).toEqual(firm ? ['RESERVED', false] : byBay[bay][place]);
        });
      }
    }
  }
});

describe('intervals', () => {
  const at10to12 = inputs({ reservations: [reservationOf('CONFIRMED')] });

  it('are half-open: a booking holds at its start and no longer at its end', () => {
    const states = [at(9, 59, 59), at(10), at(11, 59, 59), at(12)].map(
      (t) => computeState(at10to12, t).state,
    );
    expect(states).toEqual(['FREE', 'RESERVED', 'RESERVED', 'FREE']);
  });

  it('follow without a gap: back-to-back bookings stay RESERVED', () => {
    const next = reservationOf('CONFIRMED', { id: uuid(9), start: at(12), end: at(13) });
    const both = inputs({ reservations: [reservationOf('CONFIRMED'), next] });
    expect(computeState(both, at(12)).reservation?.id).toBe(uuid(9));
    expect(computeState(both, at(12)).state).toBe('RESERVED');
  });

  it('hold for overrides, too, and an open end never comes', () => {
    const open = inputs({ overrides: [overrideOf('BLOCKED', { endsAt: null })] });
    const closed = inputs({ overrides: [overrideOf('BLOCKED')] });
    expect([at(8, 59), at(9), at(23)].map((t) => computeState(open, t).state)).toEqual([
      'FREE',
      'MAINTENANCE',
      'MAINTENANCE',
    ]);
    expect(computeState(closed, at(17)).state).toBe('FREE');
  });
});

describe('several overrides (O2)', () => {
  const winner = (...overrides: readonly Override[]) =>
    computeState(inputs({ overrides }), at(11)).override?.id;

  it('the highest kind wins, whatever the order', () => {
    const ranked = (['OUT_OF_SERVICE', 'BLOCKED', 'FORCE_OCCUPIED', 'FORCE_FREE'] as const).map((kind, n) =>
      overrideOf(kind, { id: uuid(10 + n), seq: 9 - n }),
    );
    for (let first = 0; first < ranked.length; first += 1) {
      const rest = ranked.slice(first);
      expect(winner(...rest)).toBe(uuid(10 + first));
      expect(winner(...rest.toReversed())).toBe(uuid(10 + first));
    }
  });

  it('among equals the latest recorded wins', () => {
    const first = overrideOf('BLOCKED', { id: uuid(10), seq: 1 });
    const second = overrideOf('BLOCKED', { id: uuid(11), seq: 2 });
    expect([winner(first, second), winner(second, first)]).toEqual([uuid(11), uuid(11)]);
  });

  it('one that is over uncovers another that is still valid', () => {
    const short = overrideOf('OUT_OF_SERVICE', { id: uuid(10), endsAt: at(10) });
    expect(winner(short, overrideOf('FORCE_FREE', { id: uuid(11) }))).toBe(uuid(11));
  });
});

it('a booking under an override is still told', () => {
  const both = inputs({ overrides: [overrideOf('BLOCKED')], reservations: [reservationOf('CHECKED_IN')] });
  expect(computeState(both, at(11))).toMatchObject({
    override: { id: uuid(1) },
    reservation: { id: uuid(2) },
  });
});
