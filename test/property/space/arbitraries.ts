import fc from 'fast-check';
import { defaultPolicy, type AdoptedPolicy } from '../../../domain/policy/policy.ts';
import { type SpaceCommand } from '../../../domain/space/commands.ts';
import { spaceDecider } from '../../../domain/space/decider.ts';
import { type Evidence, type SpaceEvent } from '../../../domain/space/events.ts';
import { type LiveSpace, type SpaceState } from '../../../domain/space/state.ts';
import { type Decided } from '../../../domain/event/event.ts';
import { epochMs, type Instant, instantOf, laterOf } from '../../../domain/time/instant.ts';
import { registration, uuid } from '../../support/space-commands.ts';

/** A command that is waiting for its `now`. Its times are relative to it, on a grid, so that commands meet. */
type Waiting = (now: Instant) => SpaceCommand;

const QUARTER_MS = 900_000;

/** The quarter of an hour that began so many quarters from now. */
function quarter(now: Instant, n: number): Instant {
  return instantOf((Math.floor(epochMs(now) / QUARTER_MS) + n) * QUARTER_MS);
}

function minutesFrom(now: Instant, minutes: number): Instant {
  return instantOf(epochMs(now) + minutes * 60_000);
}

const idAmong = (first: number, count: number) =>
  fc.integer({ min: first, max: first + count - 1 }).map(uuid);
const devEui = fc.constantFrom('70b3d57ed0000001', '70b3d57ed0000002', '70b3d57ed0000003');
const reason = fc.constantFrom({ code: 'test' } as const, { code: 'maintenance' } as const);
/** Mostly a little ago, sometimes ahead of us. */
const ago = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: -90, max: 0 }) }, fc.constantFrom(1, 2, 30));
const onConflict = fc.constantFrom('reject', 'displace');

export const policy: fc.Arbitrary<AdoptedPolicy> = fc
  .record({
    unknown_state: fc.constantFrom('hold_last', 'assume_free', 'assume_occupied'),
    booking_hold_s: fc.constantFrom(0, 0, 600, 7200),
    booking_buffer_s: fc.constantFrom(0, 0, 300, 1800),
    booking_past_tolerance_s: fc.constantFrom(60, 1200),
    booking_max_s: fc.constantFrom(7200, 86_400),
    booking_ahead_max_s: fc.constantFrom(10_800, 7_776_000),
    cancel_until_s: fc.constantFrom(0, 1800),
    swap_gap_s: fc.constantFrom(0, 1800),
  })
  .map((values) => ({ policy_version: 1, values: { ...defaultPolicy.values, ...values } }));

const reserve = fc
  .tuple(idAmong(0x400, 8), fc.integer({ min: -1, max: 14 }), fc.integer({ min: 0, max: 6 }), fc.boolean())
  .map(([reservationId, start, length, held]): Waiting => (now) => ({
    type: 'Reserve',
    reservationId,
    allocationId: uuid(0x480),
    start: quarter(now, start),
    end: quarter(now, start + length),
    ...(held ? { subjectId: uuid(0x490) } : {}),
    now,
  }));

const cancelReservation = fc
  .tuple(idAmong(0x400, 8), fc.constantFrom('holder', 'operator', 'system'), reason)
  .map(([reservationId, by, why]): Waiting => (now) => ({
    type: 'CancelReservation',
    reservationId,
    by,
    reason: why,
    now,
  }));

const applyOverride = fc
  .record({
    overrideId: idAmong(0x300, 5),
    kind: fc.constantFrom('OUT_OF_SERVICE', 'BLOCKED', 'FORCE_OCCUPIED', 'FORCE_FREE'),
    reason,
    onConflict,
    force: fc.boolean(),
    start: fc.option(fc.integer({ min: -1, max: 8 })),
    length: fc.option(fc.integer({ min: 0, max: 8 })),
  })
  .map(({ start, length, ...rest }): Waiting => (now) => ({
    type: 'ApplyOverride',
    ...rest,
    startsAt: start === null ? now : quarter(now, start),
    ...(length === null ? {} : { endsAt: quarter(now, (start ?? 0) + length) }),
    now,
  }));

const liftOverride = fc
  .tuple(idAmong(0x300, 5), reason)
  .map(([overrideId, why]): Waiting => (now) => ({ type: 'LiftOverride', overrideId, reason: why, now }));

/** A stay has the name of the frame or observation that opened it. */
const frame = idAmong(0x5000, 60);

function evidenceOf(devEui: string, frameId: string): Evidence {
  return {
    frame_id: frameId,
    dev_eui: devEui,
    decoder: 'test',
    decoder_version: '1',
    time_source: 'network',
  };
}

const observe = fc
  .tuple(fc.constantFrom('VACANT', 'OCCUPIED', 'UNKNOWN'), ago, fc.option(devEui), frame)
  .map(([value, minutes, seenBy, id]): Waiting => (now) => ({
    type: 'ObserveOccupancy',
    value,
    since: minutesFrom(now, minutes),
    source: seenBy === null ? 'staff' : 'sensor',
    uncertaintyS: 0,
    sessionId: id,
    ...(seenBy === null
      ? { observation: { id } }
      : {
          devEui: seenBy,
          lastHeardAt: minutesFrom(now, minutes),
          ...(value === 'UNKNOWN' ? {} : { evidence: evidenceOf(seenBy, id) }),
        }),
    now,
  }));

const mark = fc.tuple(
  fc.integer({ min: -300, max: 0 }),
  fc.constantFrom('VACANT', 'OCCUPIED', 'UNKNOWN'),
  fc.constantFrom(0, 0, 600),
  frame,
);

/** A device told anew, from some hours ago. */
const tell = fc
  .tuple(
    devEui,
    fc.integer({ min: -400, max: 0 }),
    fc.uniqueArray(mark, { maxLength: 6, selector: ([minutes]) => minutes }),
  )
  .map(([eui, minutes, marks]): Waiting => (now) => ({
    type: 'ObserveTimeline',
    devEui: eui,
    from: minutesFrom(now, minutes),
    through: now,
    marks: marks
      .map(([when, value, uncertaintyS, id]) => ({
        at: minutesFrom(now, when),
        value,
        uncertaintyS: value === 'UNKNOWN' ? 0 : uncertaintyS,
        ...(value === 'UNKNOWN' ? {} : { evidence: evidenceOf(eui, id) }),
      }))
      .sort((a, b) => (a.at < b.at ? -1 : 1)),
    sessionIdOf: (openedBy) => openedBy,
    now,
  }));

const assign = fc
  .tuple(devEui, ago, idAmong(0xa0, 6), fc.boolean())
  .map(([eui, minutes, processId, sensor]): Waiting => (now) => {
    const from = minutesFrom(now, minutes);
    if (!sensor) return { type: 'AssignDisplay', devEui: eui, from, now };
    return { type: 'AssignSensor', devEui: eui, deviceType: 'test', heartbeatS: 3600, from, processId, now };
  });

const unassign = fc.tuple(devEui, ago, fc.boolean()).map(([eui, minutes, sensor]): Waiting => (now) => {
  const to = minutesFrom(now, minutes);
  if (!sensor) return { type: 'UnassignDisplay', devEui: eui, to, now };
  return { type: 'UnassignSensor', devEui: eui, to, cause: 'unassigned', now };
});

const change: fc.Arbitrary<Waiting> = fc.oneof(
  fc
    .constantFrom({}, { ev: 'true' })
    .map((attributes): Waiting => (now) => ({ type: 'ChangeSpace', attributes, now })),
  fc.constantFrom('Bay 7', 'Corner').map((name): Waiting => (now) => ({ type: 'ChangeSpace', name, now })),
  fc.tuple(fc.option(idAmong(2, 2)), ago).map(([zoneId, minutes]): Waiting => (now) => ({
    type: 'MoveSpaceToZone',
    zoneId,
    validFrom: minutesFrom(now, minutes),
    now,
  })),
  policy.map((adopted): Waiting => (now) => ({ type: 'AdoptPolicy', policy: adopted, now })),
  fc.constant<Waiting>((now) => ({ ...registration(), now })),
);

const decommission = fc.tuple(reason, onConflict, ago).map(([why, conflict, minutes]): Waiting => (now) => ({
  type: 'DecommissionSpace',
  at: minutesFrom(now, minutes),
  reason: why,
  onConflict: conflict,
  now,
}));

const waiting: fc.Arbitrary<Waiting> = fc.oneof(
  { weight: 12, arbitrary: reserve },
  { weight: 5, arbitrary: cancelReservation },
  { weight: 8, arbitrary: applyOverride },
  { weight: 4, arbitrary: liftOverride },
  { weight: 12, arbitrary: observe },
  { weight: 6, arbitrary: tell },
  { weight: 4, arbitrary: assign },
  { weight: 2, arbitrary: unassign },
  { weight: 2, arbitrary: change },
  {
    weight: 3,
    arbitrary: fc.constant<Waiting>((now) => ({ type: 'AdvanceTo', now, evidenceThrough: now })),
  },
);

/** Minutes until the next command: mostly a little, sometimes a night, sometimes back, since clocks are set. */
const jump = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 25 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 600 }) },
  { weight: 1, arbitrary: fc.integer({ min: -60, max: -1 }) },
);

const START = Date.UTC(2026, 10, 22, 6);

/** A space's life: registered at midnight, then some sixty commands of all kinds on a clock that jumps. */
export const lifeOf = (steps: fc.Arbitrary<Waiting>): fc.Arbitrary<readonly SpaceCommand[]> =>
  fc
    .tuple(policy, fc.array(fc.tuple(jump, steps), { maxLength: 60, size: 'max' }))
    .map(([adopted, drafts]) => {
      let ms = START;
      const commands = drafts.map(([minutes, draft]) => {
        ms += minutes * 60_000;
        return draft(instantOf(ms));
      });
      const sensor = assignedFromTheStart();
      return [{ ...registration(), policy: adopted }, sensor, ...commands];
    });

function assignedFromTheStart(): SpaceCommand {
  const { now } = registration();
  const fixed = { type: 'AssignSensor', deviceType: 'test', heartbeatS: 3600 } as const;
  return { ...fixed, devEui: '70b3d57ed0000001', from: now, processId: uuid(0x9f), now };
}

/** Without its end. */
export const life = lifeOf(waiting);
/** One in fifteen commands ends the space: what comes after is refused. */
export const lifeAndDeath = lifeOf(
  fc.oneof({ weight: 14, arbitrary: waiting }, { weight: 1, arbitrary: decommission }),
);

/** Any command at any instant around those lives. */
export const anyCommand: fc.Arbitrary<SpaceCommand> = fc
  .tuple(fc.oneof({ weight: 14, arbitrary: waiting }, decommission), fc.integer({ min: 0, max: 900 }))
  .map(([draft, minutes]) => draft(instantOf(START + minutes * 60_000)));

export interface Lived {
  readonly space: LiveSpace;
  /** As of when the last accepted command was decided. */
  readonly now: Instant;
  readonly decided: readonly Decided<SpaceEvent>[];
}

/** Lives a life; `onEach` sees the space after each accepted command. */
export function live(commands: readonly SpaceCommand[], onEach?: (lived: Lived) => void): Lived {
  let state = spaceDecider.initialState;
  let now = registration().now;
  const decided: Decided<SpaceEvent>[] = [];
  for (const command of commands) {
    const decision = spaceDecider.decide(command, state);
    if (!decision.ok) continue;
    for (const item of decision.events) {
      state = spaceDecider.evolve(state, item.event);
      decided.push(item);
    }
    if (state.status === 'unregistered') continue;
    // A writer whose clock is behind decides as of what is written.
    now = laterOf(command.now, state.caughtUpTo ?? command.now);
    onEach?.({ space: state, now, decided });
  }
  if (state.status === 'unregistered') throw new Error('a life begins with a registration');
  return { space: state, now, decided };
}

/** What the clock writes when it comes by at `now`. */
export function ticked(space: LiveSpace, now: Instant): readonly Decided<SpaceEvent>[] {
  const decision = spaceDecider.decide({ type: 'AdvanceTo', now, evidenceThrough: now }, space);
  if (!decision.ok) throw new Error(decision.rejection.detail);
  return decision.events;
}

export function folded(space: LiveSpace, decided: readonly Decided<SpaceEvent>[]): LiveSpace {
  const state = decided.reduce<SpaceState>((before, item) => spaceDecider.evolve(before, item.event), space);
  if (state.status === 'unregistered') throw new Error('a space does not go away');
  return state;
}

/** So many minutes later. */
export function later(now: Instant, minutes: number): Instant {
  return minutesFrom(now, minutes);
}
