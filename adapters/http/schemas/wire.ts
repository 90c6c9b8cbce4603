import { z } from 'zod';
import { readDevEui } from '../../../domain/identity/ids.ts';
import { type Attributes, attributesSchema, type Location } from '../../../domain/identity/names.ts';
import { reasonCodeSchema } from '../../../domain/reason/reason.ts';
import { type Instant, parseInstant } from '../../../domain/time/instant.ts';

/** The forms that requests and answers share. Instants with any offset, degrees as floats: the wire, not the storage. */

export const instantInput = z
  .string()
  .meta({ format: 'date-time', description: 'RFC 3339 with an offset' })
  .transform((text, context): Instant => {
    const instant = parseInstant(text);
    if (instant !== null) return instant;
    const message = 'expected RFC 3339 with an offset, such as 2026-11-22T08:00:00Z';
    context.addIssue({ code: 'custom', message, input: text });
    return z.NEVER;
  });
export const instantOutput = z.iso.datetime({ precision: 3 });

export const idInput = z
  .string()
  .regex(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, 'expected a UUID')
  .toLowerCase()
  .meta({ format: 'uuid' });
export const idOutput = z.string().meta({ format: 'uuid' });

export const devEuiInput = z
  .string()
  .meta({ description: '16 hex digits, either case' })
  .transform((text, context): string => {
    const devEui = readDevEui(text);
    if (devEui !== null) return devEui;
    context.addIssue({ code: 'custom', message: 'expected 16 hex digits', input: text });
    return z.NEVER;
  });

export const idParams = z.object({ id: idInput });
export const devEuiParams = z.object({ dev_eui: devEuiInput });

/** Values are kept as short texts; a flag or a number may be sent as such. */
export const attributesInput = z
  .record(z.string(), z.union([z.string(), z.boolean(), z.number()]))
  .transform((given) => Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)])))
  .pipe(attributesSchema);
export const attributesOutput = z.record(z.string(), z.string());

/** In one order, whichever store they come from: equal bodies are equal texts. */
export function shownAttributes(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const locationInput = z
  .strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
  .transform(({ lat, lon }): Location => ({ lat_e7: Math.round(lat * 1e7), lon_e7: Math.round(lon * 1e7) }))
  .describe('WGS84 degrees');
export const locationOutput = z.object({ lat: z.number(), lon: z.number() });

export function fromStoredLocation(location: Location | null) {
  return location === null ? null : { lat: location.lat_e7 / 1e7, lon: location.lon_e7 / 1e7 };
}

const reasonText = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => text.isWellFormed(), 'not well-formed Unicode');

/** `{code, text?}`; a bare string is a text with the code `other`. The text is stored encrypted. */
export const reasonInput = z
  .union([reasonText, z.strictObject({ code: reasonCodeSchema, text: reasonText.optional() })])
  .transform((reason) => (typeof reason === 'string' ? { code: 'other' as const, text: reason } : reason));
export type ReasonInput = z.infer<typeof reasonInput>;

/** What every read may be asked for: to wait until the read models have passed a position. */
export const freshnessQuery = z.strictObject({
  min_position: z.string().max(64).optional().describe('Wait until this position of a change is visible'),
  wait_ms: z.coerce.number().int().min(0).max(10_000).optional().describe('How long to wait; default 2000'),
});

export const listQuery = freshnessQuery.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional().describe('`next_cursor` of the page before'),
  order: z.enum(['asc', 'desc']).default('asc'),
});

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** The answer of a change: the thing, and the position after which reads show it. */
export const positionField = {
  position: z.string().nullable().describe('Give it to a read as `min_position` to see this change'),
};
