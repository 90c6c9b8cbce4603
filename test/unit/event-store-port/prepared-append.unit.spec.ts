import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendTooLargeError, InvalidEventError } from '../../../application/ports/event-store/errors.ts';
import { MAX_APPEND_BYTES } from '../../../application/ports/event-store/event-store.ts';
import { recordedAtOf } from '../../../application/ports/event-store/events.ts';
import { prepareAppend } from '../../../application/ports/event-store/prepared-append.ts';
import { freshStream, sample } from '../../contract/event-store/samples.ts';

describe('a prepared append', () => {
  it('holds canonical text and its exact size in UTF-8 (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (texts) => {
        const { events, bytes } = prepareAppend(
          freshStream(),
          texts.map((text) => sample({ z: 1, a: text })),
          'any',
        );
        expect(events.map((event) => event.data)).toEqual(
          texts.map((text) => `{"a":${JSON.stringify(text)},"z":1}`),
        );
        const all = events.map(({ id, type, data, metadata }) => id + type + data + metadata).join('');
        expect(bytes).toBe(new TextEncoder().encode(all).length);
      }),
    );
  });

  it('names the event and the place of the mistake', () => {
    const wrong = sample({ zone: { level: 1.5 } });
    expect(() => prepareAppend(freshStream(), [sample(), wrong], 'any')).toThrow(
      new RegExp(`${wrong.id} \\(SampleHappened\\), data: /zone/level: 1.5`),
    );
  });

  it('refuses a type without end, or of the store itself', () => {
    for (const type of ['x'.repeat(201), '$tombstone', 'half \ud800']) {
      expect(() => prepareAppend(freshStream(), [sample({}, { type })], 'any')).toThrow(InvalidEventError);
    }
  });

  it('says how large is too large', () => {
    const events = [sample({ text: 'x'.repeat(MAX_APPEND_BYTES) })];
    expect(() => prepareAppend(freshStream(), events, 'any')).toThrow(AppendTooLargeError);
    expect(() => prepareAppend(freshStream(), events, 'any')).toThrow(/1000081 bytes .* 1000000/);
  });
});

describe('the time of recording', () => {
  const created = '2025-01-01T00:00:00.000Z';
  it.each([
    [{}, created],
    [{ copied_from: { created: '2020-01-01T00:00:00.000Z', store_id: 'x' } }, '2020-01-01T00:00:00.000Z'],
    [{ copied_from: {} }, created],
    [{ copied_from: 'elsewhere' }, created],
    [{ copied_from: null }, created],
    [{ copied_from: [created] }, created],
  ])('of %j', (metadata, expected) => {
    expect(recordedAtOf(metadata, created)).toBe(expected);
  });
});
