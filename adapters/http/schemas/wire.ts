import { z } from 'zod';
import { attributesSchema, codeSchema, nameSchema } from '../../../domain/identity/names.ts';
import { readDevEui } from '../../../domain/identity/ids.ts';
import { reasonCodeSchema } from '../../../domain/reason/reason.ts';
import { type Instant, parseInstant } from '../../../domain/time/instant.ts';

/** The forms that requests share. Snake case, instants with an offset, degrees as floats: the wire, not the storage. */

export const instantInput = z
  .string()
  .describe('RFC 3339 with an offset')
  .transform((text, context): Instant => {
    const instant = parseInstant(text);
    if (instant !== null) return instant;
    context.addIssue({
      code: 'custom',
      message: 'expected RFC 3339 with an offset, such as 2026-11-22T08:00:00Z',
    });
    return z.NEVER;
  });

export const idInput = z
  .string()
  .regex(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, 'expected a UUID')
  .transform((text) => text.toLowerCase());

export const devEuiInput = z
  .string()
  .describe('16 hex digits, either case')
  .transform((text, context): string => {
    const devEui = readDevEui(text);
    if (devEui !== null) return devEui;
    context.addIssue({ code: 'custom', message: 'expected 16 hex digits' });
    return z.NEVER;
  });

export const idParams = z.object({ id: idInput });
export const devEuiParams = z.object({ dev_eui: devEuiInput });

export const nameInput = nameSchema;
export const codeInput = codeSchema;
export const attributesInput = attributesSchema;

export const locationInput = z
  .strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
  .describe('WGS84 degrees');

export function toStoredLocation(location: { lat: number; lon: number }) {
  return { lat_e7: Math.round(location.lat * 1e7), lon_e7: Math.round(location.lon * 1e7) };
}

export function fromStoredLocation(location: { lat_e7: number; lon_e7: number } | null) {
  return location === null ? null : { lat: location.lat_e7 / 1e7, lon: location.lon_e7 / 1e7 };
}

/** `{code, text?}`; a bare string is a text with the code `other`. The text is stored encrypted. */
export const reasonInput = z
  .union([
    z.string().trim().min(1).max(500),
    z.strictObject({ code: reasonCodeSchema, text: z.string().trim().max(500).optional() }),
  ])
  .transform((reason) => (typeof reason === 'string' ? { code: 'other' as const, text: reason } : reason));
export type ReasonInput = z.infer<typeof reasonInput>;

/** What every read may be asked for: to wait until the read models have passed a position. */
export const freshnessQuery = z.strictObject({
  min_position: z.string().max(64).optional(),
  wait_ms: z.coerce.number().int().min(0).max(10_000).optional(),
});

export const listQuery = freshnessQuery.extend({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(500).optional(),
  order: z.enum(['asc', 'desc']).optional(),
});

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** The answer of a change: the thing, and the position after which reads show it. */
export const positionField = { position: z.string().nullable() };

export const instantOutput = z.string().describe('RFC 3339, UTC');

export const problemOutput = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })).optional(),
    request_id: z.string(),
  })
  .describe('RFC 9457 problem document');

/** The problems that any route may answer, for the documentation. */
export const problemResponses = { '4xx': problemOutput, '5xx': problemOutput } as const;
