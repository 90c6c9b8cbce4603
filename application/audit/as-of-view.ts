import { positionToken } from '../ports/event-store/position.ts';
import { type SpaceAsOf } from './space-as-of.ts';

/** The answer to an as-of question, for the API and the command line alike. Nothing in it depends on now. */
export function asOfView(spaceId: string, asOf: SpaceAsOf) {
  const { space, derived, validAt } = asOf;
  return {
    space_id: spaceId,
    valid_at: validAt,
    state: derived.state,
    available: derived.available,
    occupancy: { value: space.occupancy.value, since: space.occupancy.since, source: space.occupancy.source },
    override:
      derived.override === null
        ? null
        : {
            id: derived.override.id,
            kind: derived.override.kind,
            starts_at: derived.override.startsAt,
            ends_at: derived.override.endsAt,
          },
    reservation:
      derived.reservation === null
        ? null
        : {
            id: derived.reservation.id,
            start_time: derived.reservation.start,
            end_time: derived.reservation.end,
          },
    code: space.code,
    name: space.name,
    site_id: space.siteId,
    zone_id: space.zoneId,
    sensor:
      space.sensors.find((one) => one.from <= validAt && (one.to === null || validAt < one.to))?.devEui ??
      null,
    decided_by: asOf.decidedBy,
    known_through: asOf.known,
    known_at_position: positionToken(asOf.position),
  };
}
