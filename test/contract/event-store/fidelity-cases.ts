import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, type JsonObject } from '../../../domain/canonical/json.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, sample } from './samples.ts';

const difficult: readonly { readonly what: string; readonly data: JsonObject }[] = [
  { what: 'U+0000 (pitfall a10)', data: { text: 'before\u0000after', '\u0000': '\u0000' } },
  { what: 'newlines and tabs', data: { text: 'a\nb\r\nc\td', 'k\ney': '\n' } },
  { what: 'backslashes and quotes', data: { text: '\\n \\u0000 "x" \\', 'k"ey': '\\' } },
  { what: 'text beyond the basic plane', data: { text: '🅿️ Parkplatz 駐車場 \u{10ffff}' } },
  { what: 'characters that JavaScript treats as line ends', data: { text: '\u2028\u2029\ufeff\u0085' } },
  { what: 'unnormalised text', data: { composed: 'é', decomposed: 'e\u0301' } },
  { what: 'the largest and smallest integers', data: { n: [2 ** 53 - 1, -(2 ** 53 - 1), 0] } },
  {
    what: 'null, empty and nested parts',
    data: { a: null, b: {}, c: [], d: [[], { e: [null, true, false] }] },
  },
  { what: 'keys of Object.prototype', data: { constructor: 1, toString: 'x', hasOwnProperty: null } },
  { what: 'no members at all', data: {} },
];

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const key = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((k) => !/^(0|[1-9][0-9]*)$/.test(k) && k !== '__proto__');
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.maxSafeInteger(),
    text,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const anyData = fc.dictionary(key, tree, { maxKeys: 4, noNullPrototype: true });

export function fidelityCases(harness: () => Harness): void {
  describe('what comes back', () => {
    it.each(difficult)('gives $what back exactly, in data and metadata', async ({ data }) => {
      const { store } = harness();
      const stream = freshStream();
      const event = sample(data, { metadata: data });
      await store.append(stream, [sample(), event, sample()], { expected: 'no_stream' });
      const read = await collect(store.readStream(stream));
      expect(read).toHaveLength(3);
      expect(read[1]).toMatchObject({ stream, revision: 1, id: event.id, type: event.type });
      expect(read[1]?.data).toEqual(data);
      expect(read[1]?.metadata).toEqual(data);
    });

    it('gives any data back (property)', async () => {
      const { store } = harness();
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(anyData, anyData), { minLength: 1, maxLength: 5 }),
          async (parts) => {
            const stream = freshStream();
            const events = parts.map(([data, metadata]) => sample(data, { metadata }));
            await store.append(stream, events, { expected: 'no_stream' });
            const read = await collect(store.readStream(stream));
            expect(read.map(({ data, metadata }) => [data, metadata])).toEqual(parts);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('writes keys in canonical order and leaves undefined members out', async () => {
      const { store } = harness();
      const stream = freshStream();
      await store.append(stream, [sample({ z: 1, a: { y: 2, b: undefined, x: 3 } })], {
        expected: 'no_stream',
      });
      const [read] = await collect(store.readStream(stream));
      expect(JSON.stringify(read?.data)).toBe('{"a":{"x":3,"y":2},"z":1}');
    });

    it('keeps types with any text', async () => {
      const { store } = harness();
      const stream = freshStream();
      const types = ['SpaceRegistered', 'with space', 'naïve', "it's", 'a\nb'];
      await store.append(
        stream,
        types.map((type) => sample({}, { type })),
        { expected: 'no_stream' },
      );
      expect((await collect(store.readStream(stream))).map((event) => event.type)).toEqual(types);
    });

    it('stamps events with the time of recording, RFC 3339 with milliseconds and Z', async () => {
      const { store } = harness();
      const stream = freshStream();
      await store.append(stream, [sample()], { expected: 'no_stream' });
      const [read] = await collect(store.readStream(stream));
      expect(read?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Math.abs(Date.parse(read?.recordedAt ?? '') - Date.now())).toBeLessThan(60_000);
    });

    it('prefers the time of the original in a copied event', async () => {
      const { store } = harness();
      const stream = freshStream();
      const created = '2024-02-29T12:00:00.123Z';
      await store.append(stream, [sample({}, { metadata: { copied_from: { created } } })], {
        expected: 'any',
      });
      const [read] = await collect(store.readStream(stream));
      expect(read?.recordedAt).toBe(created);
    });
  });
}
