import { z } from 'zod';
import { occupancyValueSchema, overrideKindSchema, stateNameSchema } from '../../../domain/space/events.ts';
import { idOutput, instantOutput } from './wire.ts';

/** As evidence is quoted: these three mean the same in every copy of the history. */
export const reference = z
  .object({
    stream: z.string(),
    revision: z.number(),
    event_id: idOutput,
    type: z.string(),
    occurred_at: instantOutput,
    recorded_at: instantOutput,
  })
  .meta({ id: 'EventReference' });

export const asOfOutput = z
  .object({
    space_id: idOutput,
    valid_at: instantOutput,
    state: stateNameSchema,
    available: z.boolean().nullable(),
    occupancy: z.object({
      value: occupancyValueSchema,
      since: instantOutput,
      source: z.enum(['sensor', 'staff', 'import']).nullable(),
    }),
    override: z
      .object({
        id: idOutput,
        kind: overrideKindSchema,
        starts_at: instantOutput,
        ends_at: instantOutput.nullable(),
      })
      .nullable(),
    reservation: z.object({ id: idOutput, start_time: instantOutput, end_time: instantOutput }).nullable(),
    code: z.string(),
    name: z.string(),
    site_id: idOutput,
    zone_id: idOutput.nullable(),
    sensor: z.string().nullable(),
    decided_by: reference.describe('The last known event that had happened by then'),
    known_through: reference.describe('The last event that was known'),
    known_at_position: z.string().describe('Of that event: ask again with it and get the same bytes'),
  })
  .meta({ id: 'SpaceAsOf' });

export const eventOutput = z
  .object({
    stream: z.string(),
    revision: z.number(),
    position: z.string(),
    event_id: idOutput,
    type: z.string(),
    recorded_at: instantOutput,
    data: z.record(z.string(), z.unknown()),
    metadata: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
