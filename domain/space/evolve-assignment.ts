import { type Instant } from '../time/instant.ts';
import { type SpaceEvent } from './events.ts';
import { type Assignment, type LiveSpace } from './state.ts';

type AssignmentEvent = Extract<
  SpaceEvent,
  { type: 'SensorAssigned' | 'SensorUnassigned' | 'DisplayAssigned' | 'DisplayUnassigned' }
>;

export function evolveAssignment(space: LiveSpace, event: AssignmentEvent): LiveSpace {
  switch (event.type) {
    case 'SensorAssigned': {
      const { dev_eui: devEui, device_type: deviceType, heartbeat_s: heartbeatS, from } = event.data;
      return { ...space, sensors: [...space.sensors, { devEui, deviceType, heartbeatS, from, to: null }] };
    }
    case 'SensorUnassigned':
      return {
        ...space,
        sensors: ended(space.sensors, event.data.dev_eui, event.data.to),
        occupancy: { ...space.occupancy, sensorChanged: true },
      };
    case 'DisplayAssigned':
      return {
        ...space,
        displays: [...space.displays, { devEui: event.data.dev_eui, from: event.data.from, to: null }],
      };
    case 'DisplayUnassigned':
      return { ...space, displays: ended(space.displays, event.data.dev_eui, event.data.to) };
  }
}

function ended(assignments: readonly Assignment[], devEui: string, to: Instant): readonly Assignment[] {
  return assignments.map((one) => (one.devEui === devEui && one.to === null ? { ...one, to } : one));
}

export function liveSensor(space: LiveSpace): Assignment | null {
  return space.sensors.find((one) => one.to === null) ?? null;
}

/** Did the space have this device at that instant? Half-open, like every interval. */
export function hadDeviceAt(assignments: readonly Assignment[], devEui: string, at: Instant): boolean {
  return assignments.some(
    (one) => one.devEui === devEui && one.from <= at && (one.to === null || at < one.to),
  );
}
