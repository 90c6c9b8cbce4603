import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { deliveryKeyOf, frameEvent, frameReceived } from '../../../application/intake/frame.ts';
import { prepareAppend } from '../../../application/ports/event-store/prepared-append.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { frameEventSchemas } from '../../../domain/frames/events.ts';
import { type Instant } from '../../../domain/time/instant.ts';

const TENANT = '11111111-1111-5111-8111-111111111111';
const anyText = fc.string({ unit: 'binary', maxLength: 300 });

const body = fc.record(
  {
    deduplicationId: anyText,
    time: fc.oneof(anyText, fc.constantFrom('0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+14:00')),
    deviceInfo: fc.record({ devEui: fc.constantFrom('AABBCCDDEEFF0011', 'x') }, { requiredKeys: [] }),
    devAddr: fc.constantFrom('01020304', '', 'ABCDEF01'),
    fCnt: fc.oneof(fc.nat(), fc.double()),
    fPort: fc.integer({ min: -1, max: 300 }),
    data: fc.oneof(fc.base64String({ maxLength: 340 }), anyText),
  },
  { requiredKeys: [] },
);

describe('a frame', () => {
  it('has a form that every store takes, whatever was received', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom('up', 'join', 'status'), anyText), body, (kind, content) => {
        const reading = readChirpstack(kind, content);
        fc.pre(reading.ok);
        const received = {
          network: 'chirpstack',
          kind,
          body: JSON.stringify(content),
          message: reading.message,
          receivedAt: '2026-03-01T08:00:00.000Z' as Instant,
          actor: { type: 'api_key', id: 'k' },
        } as const;
        const key = deliveryKeyOf(received, () => 'h'.repeat(64));
        const data = frameReceived(TENANT, received, key);
        expect(frameEventSchemas.FrameReceived.safeParse(data).error).toBeUndefined();
        const event = frameEvent('11111111-1111-4111-8111-111111111111', TENANT, data, received, 'v');
        prepareAppend(streamName('frames', TENANT, '20260301'), [event], 'any');
      }),
      { numRuns: 2_000 },
    );
  });
});
