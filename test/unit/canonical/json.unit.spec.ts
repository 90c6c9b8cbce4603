import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, NotCanonicalError, type Json } from '../../../domain/canonical/json.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 10 });
const key = text.filter((k) => !/^(0|[1-9][0-9]*)$/.test(k));
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    text,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}));

/** The same value with the members of every object in another order of insertion. */
function shuffled(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((member) => shuffled(member) ?? null);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, shuffled(member)]),
  );
}

describe('canonical JSON', () => {
  it('is a fixed point: reading it and writing it again gives the same bytes (property)', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const once = canonicalJson(value);
        expect(canonicalJson(JSON.parse(once))).toBe(once);
        // What a store returns through JSON.parse is printed by JSON.stringify as the canonical text, too.
        expect(JSON.stringify(JSON.parse(once))).toBe(once);
      }),
    );
  });

  it('does not depend on the order in which members were added (property)', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('loses nothing (property)', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    [{ b: 1, a: 2, A: 3 }, '{"A":3,"a":2,"b":1}'],
    // The order of UTF-16 code units, not of code points: RFC 8785, section 3.2.3.
    [
      { '\u20ac': 1, '\r': 2, '\u{1f600}': 3, '\u00f6': 4, '\ufb33': 5 },
      '{"\\r":2,"\u00f6":4,"\u20ac":1,"\u{1f600}":3,"\ufb33":5}',
    ],
    [{ a: undefined, b: [], c: {} }, '{"b":[],"c":{}}'],
    ['\u0000\b\t\n\f\r"\\/\u007f', '"\\u0000\\b\\t\\n\\f\\r\\"\\\\/\u007f"'],
    [[0, -1, 2 ** 53 - 1], '[0,-1,9007199254740991]'],
    [{ a1: 1, '01': 2, '-1': 3, '1e3': 4 }, '{"-1":3,"01":2,"1e3":4,"a1":1}'],
    [Object.create(null), '{}'],
  ])('of %j', (value, expected) => {
    expect(canonicalJson(value)).toBe(expected);
  });

  it('writes a member named __proto__ like any other', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":1},"b":2}');
  });

  it.each([
    ['a float', { a: [1, { b: 1.5 }] }, '/a/1/b'],
    ['an unsafe integer', { n: 2 ** 53 }, '/n'],
    ['negative zero', { n: -0 }, '/n'],
    ['NaN', [Number.NaN], '/0'],
    ['infinity', [Infinity], '/0'],
    ['a bigint', { n: 1n }, '/n'],
    ['a symbol', { n: Symbol('x') }, '/n'],
    ['a function', { f: () => 0 }, '/f'],
    ['undefined in an array', [undefined], '/0'],
    ['undefined itself', undefined, ''],
    ['a lone surrogate', { t: '\udfff' }, '/t'],
    ['a Date', { at: new Date(0) }, '/at'],
    ['a Map', new Map(), ''],
    ['bytes', { b: new Uint8Array(2) }, '/b'],
    ['a key like 0', { a: { '0': 1 } }, '/a/0'],
    ['a key like 42', { '42': 1 }, '/42'],
  ])('refuses %s and says where', (_what, value, path) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonicalError);
    try {
      canonicalJson(value);
    } catch (error) {
      expect(error).toMatchObject({ path });
    }
  });

  it('refuses a cycle, and takes 64 levels', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => canonicalJson(cycle)).toThrow(NotCanonicalError);
    const nested = (levels: number): unknown => (levels === 0 ? [] : [nested(levels - 1)]);
    expect(canonicalJson(nested(64))).toHaveLength(130);
    expect(() => canonicalJson(nested(65))).toThrow(/too deeply/);
  });
});
