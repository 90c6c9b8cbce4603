import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isCategory } from '../../../application/ports/event-store/categories.ts';
import { eventSchemas } from '../../../domain/catalogue/event-schemas.ts';
import { eventTypeOf, eventTypes } from '../../../domain/catalogue/event-types.ts';
import { instantSchema } from '../../../domain/time/instant.ts';
import { schemaProblems } from './schema-problems.ts';

describe('the catalogue of event types', () => {
  it('has every schema once: a type belongs to one category', () => {
    const all = Object.values(eventSchemas).flatMap((schemas) => Object.keys(schemas));
    expect(new Set(all).size).toBe(all.length);
    expect(eventTypes.map((entry) => entry.type)).toEqual(all);
  });

  it('knows only categories of streams', () => {
    for (const { category } of eventTypes) expect(isCategory(category)).toBe(true);
  });

  it('says of each type in one sentence what happened', () => {
    for (const { type, doc } of eventTypes) {
      expect(type).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(doc, type).toMatch(/^[A-Z][^\n]*[^.]\.$/);
    }
  });

  it('finds a type by its name, and nothing by the names that every object has', () => {
    expect(eventTypeOf('SpaceRegistered')?.category).toBe('space');
    expect(eventTypeOf('constructor')).toBeUndefined();
    expect(eventTypeOf('spaceregistered')).toBeUndefined();
  });
});

describe('event schemas', () => {
  it.each(eventTypes.map(({ type, schema }) => [type, schema] as const))(
    '%s takes nothing that has no canonical form',
    (_type, schema) => {
      expect(schemaProblems(schema)).toEqual([]);
    },
  );

  it('of the forbidden kinds are found', () => {
    const wrong = z.strictObject({
      volts: z.number(),
      loose: z.object({}),
      by_floor: z.record(z.string(), z.string()),
      anything: z.array(z.unknown()).optional(),
      when: instantSchema.nullable(),
      camelCase: z.number().int(),
      big: z.bigint(),
    });
    expect(schemaProblems(wrong)).toEqual([
      '.volts: takes numbers that are no safe integers',
      '.loose: takes unknown fields',
      '.by_floor: takes keys that look like integers',
      '.anything[]: a schema of kind unknown has no place in an event',
      '.camelCase: a key in snake_case, please',
      '.big: a schema of kind bigint has no place in an event',
    ]);
  });
});
