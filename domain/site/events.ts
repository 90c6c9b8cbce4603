/** Events of a site and its zones. [F] Storage format, see domain/space/events.ts. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';
import { countSchema, idSchema } from '../identity/ids.ts';
import { attributesSchema, codeSchema, locationSchema, nameSchema } from '../identity/names.ts';
import { reasonSchema } from '../reason/reason.ts';
import { instantSchema } from '../time/instant.ts';

/** `HH:MM`, 24:00 allowed as an end. */
const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const openSpan = z.strictObject({ open: wallTime, close: wallTime });
const spans = z.array(openSpan).max(8);

export const openingHoursSchema = z.strictObject({
  weekly: z.strictObject({
    mon: spans,
    tue: spans,
    wed: spans,
    thu: spans,
    fri: spans,
    sat: spans,
    sun: spans,
  }),
  exceptions: z.array(z.strictObject({ date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), spans })).max(366),
});
export type OpeningHours = z.infer<typeof openingHoursSchema>;

export const timeZoneSchema = z.string().min(1).max(64);
export const capacityBasisSchema = z.enum(['demarcated', 'estimated']);

const zoneShape = {
  zone_id: idSchema,
  code: codeSchema,
  name: nameSchema,
  attributes: attributesSchema,
  capacity_basis: capacityBasisSchema,
};

export const siteEventSchemas = {
  SiteRegistered: z.strictObject({
    name: nameSchema,
    time_zone: timeZoneSchema,
    location: locationSchema.optional(),
  }),
  SiteRenamed: z.strictObject({ name: nameSchema, location: locationSchema.nullable().optional() }),
  SiteTimeZoneChanged: z.strictObject({
    time_zone: timeZoneSchema,
    valid_from: instantSchema,
    /** The version of the time-zone database that the writer knew. */
    tzdb_version: z.string().max(16),
  }),
  OpeningHoursChanged: z.strictObject({ ...openingHoursSchema.shape, valid_from: instantSchema }),
  ZoneAdded: z.strictObject(zoneShape),
  ZoneChanged: z.strictObject(zoneShape),
  ZoneClosed: z.strictObject({ zone_id: idSchema, reason: reasonSchema }),
  SpaceCodeClaimed: z.strictObject({ code: codeSchema, space_id: idSchema }),
  SpaceCodeReleased: z.strictObject({ code: codeSchema, space_id: idSchema }),
  /** Many devices fell silent at once: most likely not they, but their gateway. `devices` counts them. */
  SiteSilenceDetected: z.strictObject({ since: instantSchema, devices: countSchema }),
  SiteSilenceEnded: z.strictObject({ since: instantSchema, devices: countSchema }),
  SiteClosed: z.strictObject({ reason: reasonSchema }),
} as const;

export type SiteEvent = EventOf<typeof siteEventSchemas>;
