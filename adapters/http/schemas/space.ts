import { z } from 'zod';
import { occupancyValueSchema, overrideKindSchema, stateNameSchema } from '../../../domain/space/events.ts';
import { isOpen, nextBoundaryAt } from '../../../domain/space/next-boundary.ts';
import { computeState } from '../../../domain/space/compute-state.ts';
import { inputsOf, type SpaceState } from '../../../domain/space/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { readSpace, type SpaceView } from '../../../projections/spaces-current/read-space.ts';
import { notFound } from '../problems/problem.ts';
import { instantOutput, positionField } from './wire.ts';

/** A space as read. */
export const spaceOutput = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  building: z.string().nullable(),
  site_id: z.string(),
  zone_id: z.string().nullable(),
  state: stateNameSchema,
  available: z.boolean().nullable().describe('May a driver without a booking park now? null: nobody knows'),
  state_since: instantOutput,
  cause: z.object({ event: z.string(), id: z.string().nullable() }),
  occupancy: z.object({
    value: occupancyValueSchema,
    since: instantOutput,
    stale_since: instantOutput.nullable(),
    last_heard_at: instantOutput.nullable(),
    source: z.enum(['sensor', 'staff', 'import']).nullable(),
    confidence: z.number().nullable(),
  }),
  override: z
    .object({
      id: z.string(),
      kind: overrideKindSchema,
      starts_at: instantOutput,
      ends_at: instantOutput.nullable(),
    })
    .nullable(),
  reservation: z
    .object({ id: z.string(), start_time: instantOutput, end_time: instantOutput, status: z.string() })
    .nullable(),
  next_boundary_at: instantOutput.nullable(),
  available_until: instantOutput.nullable(),
  next_available_slot: instantOutput.nullable(),
  attributes: z.record(z.string(), z.string()),
  location: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  sensor_eui: z.string().nullable(),
  display_euis: z.array(z.string()).readonly(),
  commissioned_at: instantOutput,
  decommissioned_at: instantOutput.nullable(),
  revision: z.number(),
});

export const changedSpaceOutput = spaceOutput.extend(positionField);

/** The answer of a change is made from the aggregate itself: the read model shows it a moment later. */
export function spaceView(
  spaceId: string,
  state: SpaceState,
  revision: number | null,
  at: Instant,
): SpaceView {
  if (state.status === 'unregistered') throw notFound();
  const inputs = inputsOf(state);
  const derived = computeState(inputs, at);
  const liveSensor = state.sensors.find((one) => one.to === null);
  return readSpace(
    {
      space_id: spaceId,
      site_id: state.siteId,
      zone_id: state.zoneId,
      code: state.code,
      name: state.name,
      building: state.building,
      attributes: state.attributes,
      lat_e7: state.location?.lat_e7 ?? null,
      lon_e7: state.location?.lon_e7 ?? null,
      status: state.status,
      commissioned_at: state.commissionedAt,
      decommissioned_at: state.decommissionedAt,
      state: derived.state,
      available: derived.available,
      state_since: state.announced?.effectiveAt ?? state.commissionedAt,
      cause_event: state.announced?.cause.event ?? 'SpaceRegistered',
      cause_id: state.announced?.cause.id ?? null,
      occupancy: state.occupancy.value,
      occupancy_since: state.occupancy.since,
      sensor_eui: liveSensor?.devEui ?? null,
      display_euis: state.displays.filter((one) => one.to === null).map((one) => one.devEui),
      as_of: at,
      next_boundary_at: nextBoundaryAt(inputs, at),
      facts: {
        ...inputs,
        reservations: state.reservations.filter(isOpen),
        bookingBufferS: state.policy.values.booking_buffer_s,
        nextSeq: state.nextSeq,
        policyVersion: state.policy.policy_version,
        sensors: state.sensors.filter((one) => one.to === null),
        displays: state.displays.filter((one) => one.to === null),
      },
      revision: revision ?? 0,
    },
    at,
  );
}
