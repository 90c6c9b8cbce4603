import { describe, expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { deviceTypeByAlias } from '../../../adapters/lorawan/device-types.ts';
import { type NetworkMessage } from '../../../application/ports/network-message.ts';
import {
  chirpstackSamples,
  needsShared,
  recordedWeek,
  type RecordedMessage,
  sharedIsAbsent,
} from './shared-files.ts';

describe.skipIf(sharedIsAbsent)(needsShared('sample messages'), () => {
  it('exist', () => expect(chirpstackSamples().length).toBeGreaterThan(20));
  it.each(chirpstackSamples())('$name is read', (sample) => {
    const { devEui, payload } = read(sample);
    if (sample.event !== 'command') expect(devEui).toMatch(/^[0-9a-f]{16}$/);
    if (sample.event !== 'up') expect(payload).toBe('');
  });

  it('of a frame without application data have port 0 and no payload', () => {
    const macOnly = sampleNamed('chirpstack-up-real-mac-only-fport0.json');
    expect(read(macOnly)).toMatchObject({ fPort: 0, payload: '' });
  });

  it('of a repeat differ in nothing but deduplication id and times', () => {
    const [a, b] = ['a', 'b'].map((copy) => read(sampleNamed(`chirpstack-up-real-repeat-${copy}.json`)));
    expect(a?.deduplicationId).not.toBe(b?.deduplicationId);
    expect({ ...a, deduplicationId: '', times: '' }).toEqual({ ...b, deduplicationId: '', times: '' });
  });

  it('of a rejoin are two sessions', () => {
    const [before, after] = ['before', 'after'].map((when) =>
      read(sampleNamed(`chirpstack-up-real-${when}-rejoin.json`)),
    );
    expect([before?.session, after?.session]).toEqual(['00d66896', '00e1b7a4']);
  });
});

describe.skipIf(sharedIsAbsent)(needsShared('a recorded week'), () => {
  const messages = recordedWeek().map((line) => ({ line, message: read(line) }));

  it('is read line by line, and every line names its device', () => {
    expect(messages.length).toBeGreaterThan(3900);
    for (const { message } of messages) expect(message.devEui).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ['radiobridge-rbs301-dws', doorByServer],
    ['milesight-udl', milesightByServer],
    ['dragino-ldds75', draginoByServer],
  ])('has %s, each frame of which decodes as the server itself decoded it', (id, byServer) => {
    const frames = messages.filter(
      ({ message }) => message.kind === 'up' && message.fPort !== 0 && typeOf(message)?.id === id,
    );
    expect(frames.length).toBeGreaterThan(50);
    for (const { line, message } of frames) {
      const found = typeOf(message)?.decode(message.fPort, Buffer.from(message.payload, 'base64'));
      expect(found).toMatchObject({ ok: true, message: byServer(objectOf(line)) });
    }
  });

  it('has no device of a type that is not compared here', () => {
    const ids = new Set(messages.flatMap(({ message }) => typeOf(message)?.id ?? []));
    expect([...ids].sort()).toEqual(['dragino-ldds75', 'milesight-udl', 'radiobridge-rbs301-dws']);
  });
});

type ByServer = Readonly<Record<string, unknown>> | undefined;

function objectOf(line: RecordedMessage): ByServer {
  return (line.body as { object?: Record<string, unknown> }).object;
}

function doorByServer(object: ByServer): object {
  if (object?.['eventType'] === 'OPEN') return { kind: 'binary', open: true };
  if (object?.['eventType'] === 'CLOSED') return { kind: 'binary', open: false };
  if (object?.['event'] === 'LINK_QUALITY') return { kind: 'telemetry' };
  return object === undefined ? {} : { kind: 'heartbeat', batteryV: object['batteryLevel'] };
}

function milesightByServer(object: ByServer): object {
  return { kind: 'distance', distanceMm: object?.['distance'], batteryPct: object?.['battery'] };
}

/** A distance of 0 is no echo here. */
function draginoByServer(object: ByServer): object {
  return { kind: 'distance', distanceMm: object?.['distance'] || null, batteryV: object?.['Bat'] };
}

function typeOf(message: NetworkMessage) {
  return deviceTypeByAlias(message.deviceProfileName ?? '');
}

function sampleNamed(name: string): RecordedMessage {
  const found = chirpstackSamples().find((sample) => sample.name === name);
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found;
}

function read({ name, event, body }: RecordedMessage): NetworkMessage {
  const reading = readChirpstack(event, body);
  if (!reading.ok) throw new Error(`${name}: ${JSON.stringify(reading.rejection)}`);
  return reading.message;
}
