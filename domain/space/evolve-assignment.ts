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
      // Two live sensors cannot be (D1); the second would only hide the first.
      if (liveIn(space.sensors) !== null) return space;
      const { dev_eui, device_type, heartbeat_s, from, process_id } = event.data;
      const assigned: Assignment = {
        devEui: dev_eui,
        deviceType: device_type,
        heartbeatS: heartbeat_s,
        processId: process_id,
        from,
        to: null,
      };
      return { ...space, sensors: [...space.sensors, assigned] };
    }
    case 'SensorUnassigned': {
      const { dev_eui, to } = event.data;
      const sensors = ended(space.sensors, dev_eui, to);
      if (sensors === space.sensors) return space;
      // The first change in a gap counts: a second swap does not make the stay any likelier to be the same.
      const sensorChangedAt = space.occupancy.sensorChangedAt ?? to;
      return { ...space, sensors, occupancy: { ...space.occupancy, sensorChangedAt } };
    }
    case 'DisplayAssigned': {
      if (liveIn(space.displays) !== null) return space;
      const { dev_eui, from } = event.data;
      return { ...space, displays: [...space.displays, { devEui: dev_eui, from, to: null }] };
    }
    case 'DisplayUnassigned': {
      const { dev_eui, to } = event.data;
      const displays = ended(space.displays, dev_eui, to);
      return displays === space.displays ? space : { ...space, displays };
    }
  }
}

function ended(assignments: readonly Assignment[], devEui: string, to: Instant): readonly Assignment[] {
  const place = assignments.findIndex((one) => one.devEui === devEui && one.to === null);
  const live = assignments[place];
  return live === undefined ? assignments : assignments.with(place, { ...live, to });
}

/** The device that is assigned now; null: none. */
export function liveIn(assignments: readonly Assignment[]): Assignment | null {
  return assignments.findLast((one) => one.to === null) ?? null;
}

/** Did the space have this device at that instant? Half-open, like every interval. */
export function hadDeviceAt(assignments: readonly Assignment[], devEui: string, at: Instant): boolean {
  return assignments.some(
    (one) => one.devEui === devEui && one.from <= at && (one.to === null || at < one.to),
  );
}
