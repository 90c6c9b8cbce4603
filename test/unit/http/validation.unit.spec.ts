import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ProblemError } from '../../../adapters/http/problems/problem.ts';
import { attributesQuery } from '../../../adapters/http/schemas/attributes-query.ts';
import { openingHoursInput, timeZoneInput } from '../../../adapters/http/schemas/site.ts';
import { spaceFilterOf, spaceListQuery } from '../../../adapters/http/schemas/space-filter.ts';
import { requireWindow } from '../../../adapters/http/schemas/window.ts';
import {
  attributesInput,
  instantInput,
  locationInput,
  reasonInput,
} from '../../../adapters/http/schemas/wire.ts';
import { validatorCompiler } from '../../../adapters/http/validation.ts';
import { type Instant } from '../../../domain/time/instant.ts';

function mistakes(schema: z.ZodType, data: unknown, httpPart = 'body'): readonly string[] {
  const validate = validatorCompiler({ schema, method: 'POST', url: '/', httpPart });
  const result = validate(data) as { error?: unknown };
  if (!(result.error instanceof ProblemError)) return [];
  return (result.error.details.errors ?? []).map(
    ({ code, message, pointer }) => `${pointer} ${code} ${message}`,
  );
}

describe('mistakes in a request', () => {
  const schema = z.strictObject({
    name: z.string(),
    location: locationInput.optional(),
    reason: reasonInput.optional(),
    tags: z.array(z.strictObject({ label: z.string() })).optional(),
  });

  it('are all told at once, each with a pointer', () => {
    expect(mistakes(schema, { name: 1, location: { lat: 91, lon: 'x' } })).toEqual([
      expect.stringMatching(/^\/name invalid-type/),
      expect.stringMatching(/^\/location\/lat too-big/),
      expect.stringMatching(/^\/location\/lon invalid-type/),
    ]);
  });

  it('name an unknown field, and the one that was probably meant, at any depth', () => {
    expect(mistakes(schema, { name: 'x', locaton: {} })).toEqual([
      '/locaton unknown-field unknown: locaton; did you mean location?',
    ]);
    expect(mistakes(schema, { name: 'x', location: { lat: 1, lon: 2, long: 3 } })).toEqual([
      '/location/long unknown-field unknown: long; did you mean lon?',
    ]);
    expect(mistakes(schema, { name: 'x', tags: [{ label: 'a', labels: 1 }] })).toEqual([
      '/tags/0/labels unknown-field unknown: labels; did you mean label?',
    ]);
    expect(mistakes(schema, { name: 'x', zzzzzzzz: 1 })).toEqual([
      '/zzzzzzzz unknown-field unknown: zzzzzzzz',
    ]);
  });

  it('point into the form that was meant', () => {
    expect(mistakes(schema, { name: 'x', reason: { code: 'nonsense' } })).toEqual([
      expect.stringMatching(/^\/reason\/code invalid-value/),
    ]);
    expect(mistakes(schema, { name: 'x', reason: { code: 'test', txt: 'y' } })).toEqual([
      '/reason/txt unknown-field unknown: txt; did you mean text?',
    ]);
    expect(mistakes(schema, { name: 'x', reason: '' })).toEqual([
      expect.stringMatching(/^\/reason too-small/),
    ]);
    expect(mistakes(schema, { name: 'x', reason: 5 })).toEqual([
      expect.stringMatching(/^\/reason invalid-union/),
    ]);
  });

  it('say where in the request: the query, the body as a whole', () => {
    expect(mistakes(z.strictObject({ limit: z.coerce.number() }), { limit: 'x' }, 'querystring')).toEqual([
      expect.stringMatching(/^query\/limit invalid-type/),
    ]);
    expect(mistakes(schema, undefined)).toEqual([expect.stringMatching(/^\/ invalid-type/)]);
  });

  it('in the path are no mistakes: there is no such thing', () => {
    const validate = validatorCompiler({
      schema: z.object({ id: z.uuid() }),
      method: 'GET',
      url: '/',
      httpPart: 'params',
    });
    const result = validate({ id: 'x' }) as { error?: ProblemError };
    expect(result.error?.problem).toBe('not-found');
  });
});

describe('the wire', () => {
  it('takes instants with any offset and none without', () => {
    expect(instantInput.parse('2026-11-22T09:00:00+01:00')).toBe('2026-11-22T08:00:00.000Z');
    for (const wrong of ['2026-11-22T09:00:00', '2026-11-22', 'now', '2026-02-30T00:00:00Z'])
      expect(instantInput.safeParse(wrong).success).toBe(false);
  });

  it('keeps degrees as whole numbers', () => {
    expect(locationInput.parse({ lat: 48.8566, lon: -2.1234567 })).toEqual({
      lat_e7: 488566000,
      lon_e7: -21234567,
    });
  });

  it('takes a bare string for a reason of its own', () => {
    expect(reasonInput.parse(' tree on it ')).toEqual({ code: 'other', text: 'tree on it' });
  });

  it('takes flags and numbers for attributes', () => {
    expect(attributesInput.parse({ ev: true, length_cm: 480, size: 'xl' })).toEqual({
      ev: 'true',
      length_cm: '480',
      size: 'xl',
    });
    expect(attributesInput.safeParse({ Ev: 'x' }).success).toBe(false);
    expect(attributesInput.safeParse({ ev: { a: 1 } }).success).toBe(false);
  });

  it('knows time zones, and what was meant', () => {
    expect(timeZoneInput.parse('Europe/Paris')).toBe('Europe/Paris');
    expect(timeZoneInput.safeParse('+01:00').success).toBe(false);
    expect(timeZoneInput.safeParse('Europe/Pariss').error?.issues[0]?.message).toContain('Europe/Paris');
  });

  it('closes the days that opening hours leave out', () => {
    const hours = openingHoursInput.parse({ weekly: { mon: [{ open: '08:00', close: '18:00' }] } });
    expect([hours.weekly.tue, hours.exceptions]).toEqual([[], []]);
    expect(
      openingHoursInput.safeParse({ weekly: { mon: [{ open: '25:00', close: '18:00' }] } }).success,
    ).toBe(false);
  });
});

describe('filters', () => {
  it('read attributes once, repeated, and separated by commas', () => {
    expect(attributesQuery.parse('ev')).toEqual({ ev: 'true' });
    expect(attributesQuery.parse(['ev:true', 'size:xl,roof:no'])).toEqual({
      ev: 'true',
      size: 'xl',
      roof: 'no',
    });
    expect(attributesQuery.safeParse('EV=1').success).toBe(false);
  });

  it('read a place and a box', () => {
    const query = spaceListQuery.parse({ near: '48.1,-2.5', radius_m: '300', bbox: '170,-10,-170,10' });
    expect(spaceFilterOf(query)).toMatchObject({
      near: { lat: 48.1, lon: -2.5, radiusM: 300 },
      bbox: { west: 170, south: -10, east: -170, north: 10 },
    });
    expect(spaceListQuery.safeParse({ radius_m: '300' }).success).toBe(false);
    expect(spaceListQuery.safeParse({ near: '98,0' }).success).toBe(false);
  });

  it('tell "nobody knows" from "no"', () => {
    expect(spaceFilterOf(spaceListQuery.parse({ available: 'null' })).available).toBeNull();
    expect(spaceFilterOf(spaceListQuery.parse({ available: 'false' })).available).toBe(false);
    expect(spaceFilterOf(spaceListQuery.parse({}))).not.toHaveProperty('available');
  });
});

describe('a window', () => {
  const at = (day: number) => `2026-03-0${day}T00:00:00.000Z` as Instant;
  const fallback = { from: at(1), to: at(2) };

  it('is the default, or of its length where one end is missing', () => {
    expect(requireWindow({}, fallback, 1e9)).toEqual(fallback);
    expect(requireWindow({ from: at(5) }, fallback, 1e9)).toEqual({ from: at(5), to: at(6) });
    expect(requireWindow({ to: at(5) }, fallback, 1e9)).toEqual({ from: at(4), to: at(5) });
  });

  it('is neither empty nor without bound', () => {
    expect(() => requireWindow({ from: at(2), to: at(2) }, fallback, 1e9)).toThrow(ProblemError);
    expect(() => requireWindow({ from: at(1), to: at(3) }, fallback, 86_400)).toThrow(ProblemError);
  });
});
