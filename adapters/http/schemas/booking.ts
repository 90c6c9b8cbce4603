import { z } from 'zod';
import { idInput, instantInput } from './wire.ts';

const personal = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed(), 'not well-formed Unicode');

export const bookBody = z
  .strictObject({
    space_id: idInput.optional(),
    zone_id: idInput.optional().describe('Booking any space of a zone is not available yet'),
    start_time: instantInput,
    end_time: instantInput.describe('Half-open: back-to-back bookings do not overlap'),
    reservation_id: idInput.optional().describe('Your own id, unique in the tenant'),
    holder_ref: personal.optional().describe('Your own reference to the person; kept as a keyed hash only'),
    holder: z
      .strictObject({ name: personal.optional(), email: personal.optional(), plate: personal.optional() })
      .optional()
      .describe('Kept encrypted, under a key that can be destroyed'),
  })
  .superRefine(({ space_id: spaceId, zone_id: zoneId }, context) => {
    if (zoneId !== undefined) {
      const message = 'booking any space of a zone is not available yet: name a space_id';
      context.addIssue({ code: 'custom', path: ['zone_id'], message, input: zoneId });
    } else if (spaceId === undefined) {
      context.addIssue({ code: 'custom', path: ['space_id'], message: 'which space?', input: spaceId });
    }
  });
