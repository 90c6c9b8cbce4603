import { z } from 'zod';
import { occupancyValueSchema, overrideKindSchema, stateNameSchema } from '../../../domain/space/events.ts';
import { type SpaceState } from '../../../domain/space/state.ts';
import { earlierOf, type Instant, laterOf } from '../../../domain/time/instant.ts';
import { toStoredSpace } from '../../../projections/spaces-current/fold.ts';
import { readSpace, type SpaceView } from '../../../projections/spaces-current/read-space.ts';
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
  const since = state.announced?.effectiveAt ?? state.commissionedAt;
  const stored = toStoredSpace({
    spaceId,
    space: state,
    asOf: laterOf(state.caughtUpTo ?? since, since),
    since,
    causeEvent: state.announced?.cause.event ?? 'SpaceRegistered',
    causeId: state.announced?.cause.id ?? null,
    revision: revision ?? 0,
  });
  return shownSpace(readSpace(stored, at), at);
}
