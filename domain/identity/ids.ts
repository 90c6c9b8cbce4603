import { z } from 'zod';

/** A UUID in lower case with dashes. Any version: most of ours are version 5, derived from the command. [F] */
export const idSchema = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

/** A device's EUI-64: 16 lower-case hex digits in storage, names and answers. [F] */
export const devEuiSchema = z.string().regex(/^[0-9a-f]{16}$/);

const EITHER_CASE = /^[0-9a-fA-F]{16}$/;

/** Accepts an EUI in either case; null when it is none (rule U1). */
export function readDevEui(text: string): string | null {
  return EITHER_CASE.test(text) ? text.toLowerCase() : null;
}

/** A safe integer ≥ 0: seconds, millivolts, counts. */
export const countSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const integerSchema = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
