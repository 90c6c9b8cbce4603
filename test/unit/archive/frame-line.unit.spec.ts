import { describe, expect, it } from 'vitest';
import { frameLine } from '../../../application/archive/frame-line.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { type Json, type JsonObject } from '../../../domain/canonical/json.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { uuid } from '../catalogue/given.ts';

const frame = (data: JsonObject): RecordedEvent => ({
  id: uuid(1),
  type: 'FrameReceived',
  stream: streamName('frames', uuid(2), '20260130'),
  revision: 7,
  position: { storeId: uuid(3), commit: 9n, prepare: 9n },
  recordedAt: '2026-01-30T12:00:00.000Z',
  data,
  metadata: { b: 1, a: 2 },
});

describe('a line of the archive', () => {
  it('is canonical: names in order, no spaces, and one line whatever the frame holds', () => {
    expect(frameLine(frame({ z: 'line\nfeed\u2028', a: [1, null] }))).toBe(
      `{"data":{"a":[1,null],"z":"line\\nfeed\u2028"},"id":"${uuid(1)}","metadata":{"a":2,"b":1},` +
        '"recorded_at":"2026-01-30T12:00:00.000Z","revision":7,"type":"FrameReceived"}',
    );
  });

  // Frames are kept as they came: what canonical events may not hold must not keep a day from being archived.
  it.each<[string, Json | undefined, string]>([
    ['a fraction', 1.5, '1.5'],
    ['a number beyond 2^53', 2 ** 60, '1152921504606847000'],
    ['half a character', '\ud83d', '"\\ud83d"'],
    ['nothing', undefined, ''],
  ])('keeps %s', (_, value, text) => {
    const line = frameLine(frame({ b: { y: value, x: true } }));
    expect(line).toContain(text === '' ? '"data":{"b":{"x":true}}' : `"data":{"b":{"x":true,"y":${text}}}`);
    expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});
