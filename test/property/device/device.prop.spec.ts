import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeviceCommand } from '../../../domain/device/commands.ts';
import { deviceDecider } from '../../../domain/device/decider.ts';
import { deviceEventSchemas, type DeviceEvent } from '../../../domain/device/events.ts';
import { assignmentAt } from '../../../domain/device/state.ts';
import { at, uuid } from '../../unit/catalogue/given.ts';
import { describeLaws, run } from '../catalogue/decider-laws.ts';

const HOURS = 24;
const instant = fc.integer({ min: 0, max: HOURS }).map(at);
const spaceId = fc.integer({ min: 1, max: 3 }).map(uuid);
const processId = fc.integer({ min: 51, max: 58 }).map(uuid);
const deviceType = fc.constantFrom('nwave-nps405', 'bosch-tps110');
const kind = fc.oneof(
  { weight: 4, arbitrary: fc.constant('sensor' as const) },
  fc.constant('display' as const),
);
const reason = fc.constant({ code: 'battery' } as const);

/** Few ids and instants, so that commands meet. */
const command: fc.Arbitrary<DeviceCommand> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('RegisterDevice'),
      devEui: fc.constant('70b3d57ed0000001'),
      deviceType,
      kind,
      now: instant,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        type: fc.constant('ChangeDeviceType'),
        deviceType,
        firmware: fc.constantFrom('1', '2'),
        now: instant,
      },
      { requiredKeys: ['type', 'deviceType', 'now'] },
    ),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('ClaimAssignment'),
      spaceId,
      role: kind,
      from: instant,
      processId,
      now: instant,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('ReleaseAssignment'),
      spaceId,
      to: instant,
      processId,
      now: instant,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('DecommissionDevice'), at: instant, reason, now: instant }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('RecommissionDevice'), at: instant, now: instant }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.uniqueArray(instant, { maxLength: 3 }), fc.boolean(), instant, fc.boolean())
      .map(([deadlines, lasts, now, isProven]) => ({
        type: 'TellSilences' as const,
        from: at(0),
        through: at(HOURS),
        silences: deadlines.sort().map((deadline, index, all) => ({
          lastHeardAt: deadline,
          deadline,
          endedAt: lasts && index === all.length - 1 ? null : deadline,
        })),
        ...(isProven ? { frameId: uuid(70) } : {}),
        now,
      })),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        type: fc.constant('ReportHealth'),
        frameId: fc.integer({ min: 71, max: 76 }).map(uuid),
        at: instant,
        battery: fc.record({ isLow: fc.boolean(), valueMv: fc.nat(4_000), threshold: fc.constant(3_000) }),
        isTampered: fc.boolean(),
        temperature: fc.record({
          isAlarming: fc.boolean(),
          deciC: fc.integer({ min: -400, max: 900 }),
          thresholdDeciC: fc.constant(700),
        }),
        flapping: fc.record({
          isFlapping: fc.boolean(),
          changes: fc.nat(20),
          windowS: fc.constant(3_600),
        }),
        restart: fc.constantFrom({}, { resetCause: 'watchdog', firmware: '1.2' }),
        isCounterReset: fc.boolean(),
        now: instant,
      },
      { requiredKeys: ['type', 'frameId', 'at', 'now'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('SeeOrphan'),
      frameId: fc.constant(uuid(77)),
      now: instant,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('RecordJoin'),
      session: fc.constantFrom('s1', 's2', 's3'),
      devAddr: fc.constant('01ab23cd'),
      at: instant,
      now: instant,
    }),
  },
);

const registration: DeviceCommand = {
  type: 'RegisterDevice',
  devEui: '70b3d57ed0000001',
  deviceType: 'nwave-nps405',
  kind: 'sensor',
  now: at(0),
};
const sequence = describeLaws('devices', deviceDecider, deviceEventSchemas, { command, registration });

interface Interval {
  readonly spaceId: string;
  readonly from: string;
  to: string | null;
}

/** The intervals as a reader of the events alone would draw them. */
function intervalsOf(events: readonly DeviceEvent[]): Interval[] {
  const intervals: Interval[] = [];
  for (const { type, data } of events) {
    if (type === 'DeviceAssignmentClaimed') {
      expect(intervals.filter((one) => one.to === null)).toEqual([]);
      intervals.push({ spaceId: data.space_id, from: data.from, to: null });
    }
    if (type === 'DeviceAssignmentReleased') {
      const live = intervals.find((one) => one.to === null);
      expect(live?.spaceId).toBe(data.space_id);
      expect(data.to >= (live?.from ?? '')).toBe(true);
      if (live !== undefined) live.to = data.to;
    }
  }
  return intervals;
}

describe('assignments, over any sequence of commands', () => {
  it('never overlap, one is live at most, and assignmentAt finds the one that covers the instant', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const { state, events } = run(deviceDecider, commands);
        const intervals = intervalsOf(events);
        for (let hour = 0; hour <= HOURS; hour += 1) {
          const covering = intervals.filter(
            ({ from, to }) => from <= at(hour) && (to === null || at(hour) < to),
          );
          expect(covering.length).toBeLessThanOrEqual(1);
          expect(assignmentAt(state, at(hour))?.spaceId).toBe(covering[0]?.spaceId);
        }
      }),
    );
  });

  it('a decommissioned device watches nothing', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const { state } = run(deviceDecider, commands);
        if (state.status === 'decommissioned') {
          expect(state.assignments.filter((one) => one.to === null)).toEqual([]);
        }
      }),
    );
  });
});
