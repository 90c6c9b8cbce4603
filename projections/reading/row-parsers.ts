import { z } from 'zod';
import { type Instant } from '../../domain/time/instant.ts';

/** The pools hand over instants as text already; this only names them. */
export const instant = z.string().transform((text) => text as Instant);
export const nullableInstant = z
  .string()
  .nullable()
  .transform((text) => text as Instant | null);

/** A JSON value kept as text, of a shape that our own fold wrote. */
export function jsonText<T>(): z.ZodType<T> {
  return z.string().transform((text) => JSON.parse(text) as T);
}

/** A jsonb value of a shape that our own fold wrote. */
export function json<T>(): z.ZodType<T> {
  return z.custom<T>(() => true);
}
