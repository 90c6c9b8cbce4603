import { z } from 'zod';

/** Control characters and line breaks have no place in a name: names end up in logs, files and displays. */
const NO_CONTROL = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/u;

/** Rule D8: trimmed, 1–100 characters. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(NO_CONTROL, 'control characters are not allowed')
  .refine((text) => text.isWellFormed(), 'not well-formed Unicode');

/** Rule D8: upper-case letters and digits, single hyphens between them (`A-07`), at most 32. Input in either case. */
export const codeSchema = z
  .string()
  .trim()
  .toUpperCase()
  .max(32)
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'letters and digits, single hyphens between them');

/** What a space or zone offers (`ev: "true"`, `size: "xl"`): at most 32 short strings. */
export const attributesSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,31}$/), z.string().max(100).regex(NO_CONTROL))
  .refine((attributes) => Object.keys(attributes).length <= 32, 'at most 32 attributes');
export type Attributes = Readonly<Record<string, string>>;

/** WGS84 in units of 1e-7 degrees: events hold no floats. [F] */
export const locationSchema = z.strictObject({
  lat_e7: z.number().int().min(-900_000_000).max(900_000_000),
  lon_e7: z.number().int().min(-1_800_000_000).max(1_800_000_000),
});
export type Location = z.infer<typeof locationSchema>;
