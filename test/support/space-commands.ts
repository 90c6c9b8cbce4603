import {
  type AdvanceTo,
  type ApplyOverride,
  type AssignSensor,
  type CancelReservation,
  type LiftOverride,
  type ObserveOccupancy,
  type RegisterSpace,
  type Reserve,
  type UnassignSensor,
} from '../../domain/space/commands.ts';
import { defaultPolicy, type PolicyValues } from '../../domain/policy/policy.ts';
import { instantOf, type Instant } from '../../domain/time/instant.ts';

/** The instant of an hour of the day of the story: `at(9)`, `at(9, 30)`, `at(9, 30, 15)`. */
export function at(hour: number, minute = 0, second = 0): Instant {
  return instantOf(Date.UTC(2026, 10, 22, hour, minute, second));
}

/** A UUID that is easy to tell apart: `uuid(7)`. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export const SENSOR = '70b3d57ed0000001';
export const OTHER_SENSOR = '70b3d57ed0000002';

export function registration(values: Partial<PolicyValues> = {}): RegisterSpace {
  return {
    type: 'RegisterSpace',
    siteId: uuid(1),
    code: 'A-07',
    name: 'Bay 7',
    attributes: {},
    commissionedAt: at(0),
    policy: { policy_version: 0, values: { ...defaultPolicy.values, ...values } },
    now: at(0),
  };
}

export function assign(devEui: string, from: Instant, processId = uuid(0xa0)): AssignSensor {
  const fixed = { type: 'AssignSensor', deviceType: 'nwave-nps405', heartbeatS: 86_400 } as const;
  return { ...fixed, devEui, from, processId, now: from };
}

export function unassign(devEui: string, to: Instant): UnassignSensor {
  return { type: 'UnassignSensor', devEui, to, cause: 'unassigned', now: to };
}

type Value = ObserveOccupancy['value'];

/** The sensor says so at once; the stay that it would open is named by `session`. */
export function sensed(value: Value, since: Instant, session = 1, devEui = SENSOR): ObserveOccupancy {
  return {
    type: 'ObserveOccupancy',
    value,
    since,
    source: 'sensor',
    devEui,
    lastHeardAt: since,
    uncertaintyS: 0,
    sessionId: uuid(0x5000 + session),
    now: since,
  };
}

export function seen(value: 'VACANT' | 'OCCUPIED', since: Instant, id = 1): ObserveOccupancy {
  const observation = { id: uuid(0x6000 + id), reason: { code: 'sensor-fault' } } as const;
  const { devEui: _, lastHeardAt: __, ...rest } = sensed(value, since, 0x100 + id);
  return { ...rest, source: 'staff', observation };
}

export function override(
  kind: ApplyOverride['kind'],
  startsAt: Instant,
  rest: Partial<ApplyOverride> = {},
): ApplyOverride {
  return {
    type: 'ApplyOverride',
    overrideId: uuid(0x300),
    kind,
    reason: { code: 'maintenance' },
    startsAt,
    onConflict: 'reject',
    force: false,
    now: startsAt,
    ...rest,
  };
}

export function lift(now: Instant, overrideId = uuid(0x300)): LiftOverride {
  return { type: 'LiftOverride', overrideId, reason: { code: 'no-longer-needed' }, now };
}

/** Booked at the beginning of the day, unless it says otherwise. */
export function booking(n: number, start: Instant, end: Instant, now = at(0)): Reserve {
  return { type: 'Reserve', reservationId: uuid(0x400 + n), allocationId: uuid(0x480 + n), start, end, now };
}

export function cancel(n: number, now: Instant, by: CancelReservation['by'] = 'holder'): CancelReservation {
  return {
    type: 'CancelReservation',
    reservationId: uuid(0x400 + n),
    by,
    reason: { code: 'customer-request' },
    now,
  };
}

export function advance(now: Instant): AdvanceTo {
  return { type: 'AdvanceTo', now, evidenceThrough: now };
}
