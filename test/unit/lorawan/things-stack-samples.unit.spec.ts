import { describe, expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { frameDecoder } from '../../../adapters/lorawan/frame-decoder.ts';
import { deviceTypes } from '../../../adapters/lorawan/device-types.ts';
import { readThingsStack } from '../../../adapters/lorawan/things-stack.ts';
import { type NetworkMessage, type NetworkReading } from '../../../application/ports/network-message.ts';
import { chirpstackSamples, needsShared, sharedIsAbsent, thingsStackSamples } from './shared-files.ts';

describe.skipIf(sharedIsAbsent)(needsShared('sample messages of The Things Stack'), () => {
  it('exist', () => expect(thingsStackSamples().length).toBeGreaterThan(10));

  it.each(thingsStackSamples())('$name is read', ({ event, body, name }) => {
    const message = messageOf(readThingsStack('', body), name);
    if (event === 'uplink' || event === 'up') expect(message.kind).toBe('up');
    if (event === 'join') expect(message.kind).toBe('join');
    if (message.devEui !== null) expect(message.devEui).toMatch(/^[0-9a-f]{16}$/);
  });

  const pairs = thingsStackSamples()
    .filter(({ event }) => event === 'up')
    .map(({ name, body }) => {
      const twin = chirpstackSamples().find((one) => one.name === name.replace(/^tts-/, 'chirpstack-'));
      return { name, body, twin };
    });

  it.each(pairs)('$name reads as the same device does at ChirpStack', ({ name, body, twin }) => {
    if (twin === undefined) throw new Error(`no twin of ${name}`);
    const [tts, chirpstack] = [
      messageOf(readThingsStack('up', body), name),
      messageOf(readChirpstack('up', twin.body), twin.name),
    ];
    expect(tts.fPort).toBe(chirpstack.fPort);
    const vendor = name.split('-')[2] ?? '';
    for (const { id } of deviceTypes.filter((type) => type.id.startsWith(vendor))) {
      // The same payload, as far as both samples have it; else at least a payload that reads alike.
      const [one, other] = [tts, chirpstack].map(({ fPort, payload }) =>
        frameDecoder.decode(id, fPort, payload),
      );
      if (tts.payload === chirpstack.payload) expect(one).toEqual(other);
      else expect(one?.ok).toBe(other?.ok);
    }
  });
});

function messageOf(reading: NetworkReading, name: string): NetworkMessage {
  if (!reading.ok) throw new Error(`${name}: ${JSON.stringify(reading.rejection)}`);
  return reading.message;
}
