import { z } from 'zod';
import { instantSchema } from '../../../domain/time/instant.ts';

/**
 * What in a schema would let data through that has no canonical form, or more than one: floats, integer-like keys,
 * objects that take unknown fields, kinds whose content nobody knows. Each problem with its path.
 */
export function schemaProblems(schema: z.core.$ZodType, path = ''): string[] {
  if (schema === instantSchema) return [];
  if (schema instanceof z.ZodObject) return objectProblems(schema, path);
  if (schema instanceof z.ZodRecord) return recordProblems(schema, path);
  if (schema instanceof z.ZodArray) return schemaProblems(schema.element, `${path}[]`);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return schemaProblems(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodNumber) return numberProblems(schema, path);
  if (schema instanceof z.ZodString || schema instanceof z.ZodBoolean || schema instanceof z.ZodEnum)
    return [];
  return [`${path}: a schema of kind ${schema._zod.def.type} has no place in an event`];
}

function objectProblems(schema: z.ZodObject, path: string): string[] {
  const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
  const loose = schema._zod.def.catchall?._zod.def.type === 'never' ? [] : [`${path}: takes unknown fields`];
  const fields = Object.entries(shape).flatMap(([key, field]) => [
    ...(/^[a-z$][a-z0-9_]*$/.test(key) ? [] : [`${path}.${key}: a key in snake_case, please`]),
    ...schemaProblems(field, `${path}.${key}`),
  ]);
  return [...loose, ...fields];
}

function recordProblems(schema: z.ZodRecord, path: string): string[] {
  const integerLike = ['0', '7', '12'].some((key) => z.safeParse(schema.keyType, key).success);
  return [
    ...(integerLike ? [`${path}: takes keys that look like integers`] : []),
    ...schemaProblems(schema.valueType, `${path}.*`),
  ];
}

function numberProblems(schema: z.ZodNumber, path: string): string[] {
  const wrong = [0.5, -0.5, Number.MAX_SAFE_INTEGER + 1, NaN].some((n) => schema.safeParse(n).success);
  return wrong || !schema.isInt ? [`${path}: takes numbers that are no safe integers`] : [];
}
