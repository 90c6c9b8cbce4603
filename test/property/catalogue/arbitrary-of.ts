import fc from 'fast-check';
import { z } from 'zod';
import { instantOf, instantSchema } from '../../../domain/time/instant.ts';
import { attributesSchema, codeSchema, nameSchema } from '../../../domain/identity/names.ts';

/** An instant in this century. */
export const anyInstant = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 0, 1) })
  .map((ms) => instantOf(ms));

const wellFormed = fc.string({ unit: 'grapheme' });

/** Those whose rules are not in the shape but in code: trimming, refinements, custom checks. */
const known: ReadonlyMap<z.core.$ZodType, fc.Arbitrary<unknown>> = new Map<
  z.core.$ZodType,
  fc.Arbitrary<unknown>
>([
  [instantSchema, anyInstant],
  [nameSchema, wellFormed.map((text) => text.trim()).filter((text) => nameSchema.safeParse(text).success)],
  [codeSchema, fc.stringMatching(/^[A-Z0-9]{1,8}(-[A-Z0-9]{1,8}){0,2}$/)],
  [
    attributesSchema,
    fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/), fc.stringMatching(/^\w{0,9}$/)),
  ],
]);

/** Random data that fits a schema of our events, in its stored form. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const special = known.get(schema);
  if (special !== undefined) return special;
  if (schema instanceof z.ZodObject) return objectOf(schema);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    const absent = schema instanceof z.ZodOptional ? undefined : null;
    return fc.option(arbitraryOf(schema.unwrap()), { nil: absent });
  }
  if (schema instanceof z.ZodArray) {
    return fc.array(arbitraryOf(schema.element), { maxLength: 3 });
  }
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return integerOf(schema);
  if (schema instanceof z.ZodString) return stringOf(schema);
  throw new Error(`no arbitrary for a schema of kind ${schema._zod.def.type}`);
}

function objectOf(schema: z.ZodObject): fc.Arbitrary<unknown> {
  const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
  const members = Object.entries(shape).map(([key, member]) => [key, arbitraryOf(member)] as const);
  return fc.record(Object.fromEntries(members)).map(withoutAbsent);
}

/** Absent fields are left out, as deciders do. */
function withoutAbsent(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

function integerOf(schema: z.ZodNumber): fc.Arbitrary<unknown> {
  const { minValue, maxValue } = schema;
  return fc.maxSafeInteger().map((n) => Math.min(Math.max(n, minValue ?? n), maxValue ?? n));
}

function stringOf(schema: z.ZodString): fc.Arbitrary<unknown> {
  const patterns = (schema._zod.def.checks ?? []).flatMap((check) => {
    const { def } = check._zod;
    return 'pattern' in def && def.pattern instanceof RegExp ? [def.pattern] : [];
  });
  const [pattern] = patterns;
  const text = pattern === undefined ? wellFormed : fc.stringMatching(pattern);
  return text.filter((candidate) => schema.safeParse(candidate).success);
}
