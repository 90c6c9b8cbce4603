import { z } from 'zod';
import { countSchema, devEuiSchema, idSchema, integerSchema } from '../../domain/identity/ids.ts';
import { attributesSchema, codeSchema, locationSchema, nameSchema } from '../../domain/identity/names.ts';
import { ciphertextSchema } from '../../domain/personal-data/ciphertext.ts';
import { adoptedPolicySchema, policyValuesSchema, termsSchema } from '../../domain/policy/policy.ts';
import { reasonCodeSchema, reasonSchema } from '../../domain/reason/reason.ts';
import { evidenceSchema } from '../../domain/space/events.ts';
import { openingHoursSchema } from '../../domain/site/events.ts';
import { quotasSchema } from '../../domain/tenant/events.ts';
import { instantSchema } from '../../domain/time/instant.ts';

/** What a field may hold, in words, where the code gives it a name of its own. */
export const plainKinds: ReadonlyMap<z.core.$ZodType, readonly [name: string, meaning: string]> = new Map<
  z.core.$ZodType,
  readonly [string, string]
>([
  [idSchema, ['id', 'a UUID in lower case']],
  [devEuiSchema, ['EUI', 'a device’s EUI-64, 16 lower-case hex digits']],
  [instantSchema, ['instant', '`2026-11-22T08:00:00.000Z`: UTC, exactly milliseconds']],
  [countSchema, ['count', 'an integer from 0 to 2^53 − 1']],
  [integerSchema, ['integer', 'an integer of at most 53 bits']],
  [nameSchema, ['name', 'text of 1 to 100 characters, trimmed']],
  [codeSchema, ['code', 'capitals and digits, single hyphens between them, at most 32']],
  [attributesSchema, ['attributes', 'an object of at most 32 short strings']],
  [reasonCodeSchema, ['reason code', 'one of a list that only grows']],
]);

/** Objects that occur in several events: told once, under their own heading. */
export const sharedShapes: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [reasonSchema, 'reason'],
  [ciphertextSchema, 'ciphertext'],
  [locationSchema, 'location'],
  [evidenceSchema, 'evidence'],
  [termsSchema, 'terms'],
  [adoptedPolicySchema, 'adopted policy'],
  [policyValuesSchema, 'policy values'],
  [quotasSchema, 'quotas'],
  [openingHoursSchema.shape.weekly, 'weekly hours'],
]);

export interface FieldRow {
  readonly field: string;
  readonly kind: string;
  readonly optional: boolean;
}

/** The fields of an object, those of nested objects under dotted names. */
export function fieldRows(schema: z.core.$ZodType, prefix = ''): FieldRow[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
  return Object.entries(shape).flatMap(([key, field]) => {
    const name = `${prefix}${key}`;
    const row = { field: name, kind: withUnit(key, kindOf(field)), optional: field instanceof z.ZodOptional };
    const inner = nestedObject(field);
    return inner === null ? [row] : [row, ...fieldRows(inner.schema, `${name}${inner.joint}`)];
  });
}

function kindOf(schema: z.core.$ZodType): string {
  const shared = sharedShapes.get(schema);
  if (shared !== undefined) return `[${shared}](#${shared.replaceAll(' ', '-')})`;
  const plain = plainKinds.get(schema);
  if (plain !== undefined) return plain[0];
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap());
  if (schema instanceof z.ZodNullable) return `${kindOf(schema.unwrap())} or null`;
  if (schema instanceof z.ZodArray) return `list of ${kindOf(schema.element)}`;
  if (schema instanceof z.ZodEnum) return schema.options.map((option) => `\`${option}\``).join(' ');
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodNumber) return numberKind(schema);
  if (schema instanceof z.ZodString) return textKind(schema);
  return schema instanceof z.ZodObject ? 'object' : schema._zod.def.type;
}

function textKind(schema: z.ZodString): string {
  const patterns = (schema._zod.def.checks ?? []).flatMap(({ _zod: { def } }) =>
    'pattern' in def && def.pattern instanceof RegExp ? [def.pattern.source.replaceAll('|', '\\|')] : [],
  );
  const like = patterns.map((pattern) => ` like \`${pattern}\``).join('');
  return schema.maxLength === null ? `text${like}` : `text${like}, at most ${schema.maxLength}`;
}

function numberKind({ minValue, maxValue }: z.ZodNumber): string {
  const atMost = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? '' : ` to ${maxValue}`;
  return minValue === null ? 'integer' : `integer from ${minValue}${atMost}`;
}

/** Units are in the names of the fields; the table says them in full. */
function withUnit(key: string, kind: string): string {
  if (key.endsWith('_s')) return `${kind}, seconds`;
  if (key.endsWith('_e7')) return `${kind}, 1e-7 degrees`;
  return kind;
}

function nestedObject(field: z.core.$ZodType): { schema: z.core.$ZodType; joint: string } | null {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable) return nestedObject(field.unwrap());
  if (field instanceof z.ZodArray) {
    const inner = nestedObject(field.element);
    return inner === null ? null : { ...inner, joint: `[]${inner.joint}` };
  }
  if (!(field instanceof z.ZodObject) || sharedShapes.has(field)) return null;
  return { schema: field, joint: '.' };
}
