/** What the JSON of both network servers has in common: what is left out, and in which forms values are written. */
import { z } from 'zod';
import { readDevEui } from '../../domain/identity/ids.ts';
import { parseInstant } from '../../domain/time/instant.ts';

/** Unset is written as `null`, as nothing at all, or as the empty value, by release and by message: all are the same here. */
export const unset = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

/** Names and ids that help but decide nothing: a frame is not refused for one of the wrong type or size. */
export const optionalText = (max: number) =>
  z
    .string()
    .max(max)
    .transform((value) => value || null)
    .nullable()
    .catch(null);

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

export const timeSchema = unset(
  z.string().refine((value) => RFC_3339.test(value) && parseInstant(value) !== null, {
    error: 'expected an RFC 3339 time with an offset, such as 2026-11-22T08:00:00.123456789+00:00',
  }),
);

export const devEuiSchema = z.string().transform((value, context) => {
  const devEui = readDevEui(value);
  if (devEui !== null) return devEui;
  context.addIssue({ code: 'custom', message: 'expected an EUI of 16 hex digits' });
  return z.NEVER;
});

export const devAddrSchema = unset(
  z.string().regex(/^([0-9a-fA-F]{8})?$/, { error: 'expected a device address of 8 hex digits' }),
).transform((value) => value || null);

/** The longest application payload that LoRaWAN knows, whatever the region and data rate. */
const MAX_PAYLOAD_BYTES = 242;
/** The size is looked at before the pattern, which is slow on megabytes. */
const MAX_BASE64 = Math.ceil(MAX_PAYLOAD_BYTES / 3) * 4;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TOO_LONG = `a LoRaWAN payload has at most ${MAX_PAYLOAD_BYTES} bytes`;

export const payloadSchema = unset(
  z
    .string()
    .max(MAX_BASE64, { abort: true, error: TOO_LONG })
    .regex(BASE64, { abort: true, error: 'expected standard base64 with padding' })
    .transform((data, context) => {
      if (Buffer.byteLength(data, 'base64') <= MAX_PAYLOAD_BYTES) return data;
      context.addIssue({ code: 'too_big', origin: 'string', maximum: MAX_PAYLOAD_BYTES, message: TOO_LONG });
      return z.NEVER;
    }),
).transform((value) => value ?? '');

export const counter = (max: number) =>
  unset(z.number().int().min(0).max(max)).transform((value) => value || 0);

/** Servers leave out a level of exactly zero. */
export const level = unset(z.number()).transform((value) => value ?? 0);

/** Anything but text as a value is left out: a tag of ours is always text. */
export const tagsSchema = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((tags) =>
    Object.fromEntries(
      Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  );
