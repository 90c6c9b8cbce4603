import { z } from 'zod';
import { computeState } from '../../../domain/space/compute-state.ts';
import { occupancyValueSchema, overrideKindSchema, stateNameSchema } from '../../../domain/space/events.ts';
import { isOpen, nextBoundaryAt } from '../../../domain/space/next-boundary.ts';
import { inputsOf, type LiveSpace, type SpaceState } from '../../../domain/space/state.ts';
import { earlierOf, type Instant, laterOf } from '../../../domain/time/instant.ts';
import {
  readSpace,
  type SpaceView,
  type StoredSpace,
} from '../../../projections/spaces-current/read-space.ts';
import { notFound } from '../problems/problem.ts';
import {
  attributesOutput,
  idOutput,
  instantOutput,
  locationOutput,
  positionField,
  shownAttributes,
} from './wire.ts';

/** A space as read. */
export const spaceOutput = z
  .object({
    id: idOutput,
    code: z.string(),
    name: z.string(),
    building: z.string().nullable(),
    site_id: idOutput,
    zone_id: idOutput.nullable(),
    state: stateNameSchema,
    available: z.boolean().nullable().describe('May a driver without a booking park now? null: nobody knows'),
    state_since: instantOutput,
    cause: z.object({ event: z.string(), id: z.string().nullable() }),
    occupancy: z
      .object({
        value: occupancyValueSchema,
        since: instantOutput,
        stale_since: instantOutput.nullable(),
        last_heard_at: instantOutput.nullable(),
        source: z.enum(['sensor', 'staff', 'import']).nullable(),
        confidence: z.number().nullable().describe('Rank of the source: 1 historical, 3 automated, 5 manual'),
      })
      .describe('What is physically there, apart from bookings and overrides'),
    override: z
      .object({
        id: idOutput,
        kind: overrideKindSchema,
        starts_at: instantOutput,
        ends_at: instantOutput.nullable(),
      })
      .nullable(),
    reservation: z
      .object({ id: idOutput, start_time: instantOutput, end_time: instantOutput, status: z.string() })
      .nullable()
      .describe('The current one, else the next'),
    next_boundary_at: instantOutput.nullable().describe('When the calendar may next change the state'),
    available_until: instantOutput.nullable(),
    next_available_slot: instantOutput
      .nullable()
      .describe('Since or from when the calendar is clear: no override, no booking, no buffer'),
    attributes: attributesOutput,
    location: locationOutput.nullable(),
    sensor_eui: z.string().nullable(),
    display_euis: z.array(z.string()),
    commissioned_at: instantOutput,
    decommissioned_at: instantOutput.nullable(),
    revision: z.number(),
  })
  .meta({ id: 'Space' });

export const changedSpaceOutput = spaceOutput.extend(positionField);

/**
 * A slot that begins "now" would make every answer another one. The calendar has been clear at least since the state
 * began, so that is said instead: bodies repeat, and ETags mean something.
 */
export function shownSpace({ display_euis, ...view }: SpaceView, at: Instant) {
  const slot = view.next_available_slot === at ? earlierOf(view.state_since, at) : view.next_available_slot;
  const attributes = shownAttributes(view.attributes);
  return { ...view, attributes, next_available_slot: slot, display_euis: [...display_euis] };
}

/** The answer of a change is made from the aggregate itself: the read model shows it a moment later. */
export function spaceOf(spaceId: string, state: SpaceState, revision: number | null, at: Instant) {
  if (state.status === 'unregistered') throw notFound();
  return shownSpace(readSpace(rowOf(spaceId, state, revision ?? 0), at), at);
}

function rowOf(spaceId: string, space: LiveSpace, revision: number): StoredSpace {
  const inputs = inputsOf(space);
  const since = space.announced?.effectiveAt ?? space.commissionedAt;
  const asOf = laterOf(space.caughtUpTo ?? since, since);
  const { state, available } = computeState(inputs, asOf);
  const sensors = space.sensors.filter((one) => one.to === null);
  const displays = space.displays.filter((one) => one.to === null);
  return {
    space_id: spaceId,
    site_id: space.siteId,
    zone_id: space.zoneId,
    code: space.code,
    name: space.name,
    building: space.building,
    attributes: space.attributes,
    lat_e7: space.location?.lat_e7 ?? null,
    lon_e7: space.location?.lon_e7 ?? null,
    status: space.status,
    commissioned_at: space.commissionedAt,
    decommissioned_at: space.decommissionedAt,
    state,
    available,
    state_since: since,
    cause_event: space.announced?.cause.event ?? 'SpaceRegistered',
    cause_id: space.announced?.cause.id ?? null,
    occupancy: space.occupancy.value,
    occupancy_since: space.occupancy.since,
    sensor_eui: sensors[0]?.devEui ?? null,
    display_euis: displays.map((one) => one.devEui),
    as_of: asOf,
    next_boundary_at: nextBoundaryAt(inputs, asOf),
    facts: {
      ...inputs,
      reservations: space.reservations.filter(isOpen),
      bookingBufferS: space.policy.values.booking_buffer_s,
      nextSeq: space.nextSeq,
      policyVersion: space.policy.policy_version,
      sensors,
      displays,
    },
    revision,
  };
}
