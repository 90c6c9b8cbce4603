import { describe, expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { readThingsStack } from '../../../adapters/lorawan/things-stack.ts';
import { deliveryKeyOf, frameReceived } from '../../../application/intake/frame.ts';
import { type NetworkReading } from '../../../application/ports/network-message.ts';
import { frameEventSchemas } from '../../../domain/frames/events.ts';
import { NOON, TENANT } from '../intake/messages.ts';
import { chirpstackSamples, needsShared, sharedIsAbsent, thingsStackSamples } from './shared-files.ts';

/** What becomes of one field. JSON has no NaN and no infinity, but `1e999` is read as one. */
const DAMAGES: readonly unknown[] = [
  undefined,
  null,
  '',
  0,
  -1,
  0.5,
  Infinity,
  2 ** 53,
  true,
  [],
  {},
  [null],
  'x'.repeat(10_000),
  '\u0000',
  '\ud800',
  '***',
  '1969-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999999999Z',
  '0000-00-00T00:00:00Z',
  Array.from({ length: 300 }, () => ({ snr: '1', time: 7 })),
];

describe.skipIf(sharedIsAbsent)(needsShared('samples with one field damaged'), () => {
  const samples = [
    ...chirpstackSamples().map((one) => ({ ...one, network: 'chirpstack' as const })),
    ...thingsStackSamples().map((one) => ({ ...one, network: 'tts' as const })),
  ];

  it.each(samples)('$name is a frame that fits, or is refused with a place', ({ body, event, network }) => {
    let [kept, refused] = [0, 0];
    for (const path of pathsOf(body)) {
      for (const damage of DAMAGES) {
        const damaged = replaced(body, path, damage);
        const reading = network === 'tts' ? readThingsStack('up', damaged) : readChirpstack(event, damaged);
        if (reading.ok) kept += 1;
        else refused += 1;
        expectSound(reading, network, damaged);
      }
    }
    expect(kept).toBeGreaterThan(refused);
  });
});

function expectSound(reading: NetworkReading, network: 'chirpstack' | 'tts', body: unknown): void {
  if (!reading.ok) {
    if (reading.rejection.errors.length === 0) throw new Error('refused without a reason');
    return;
  }
  const { message } = reading;
  const actor = { type: 'api_key', id: 'k' } as const;
  const text = JSON.stringify(body);
  const received = { network, kind: message.kind, body: text, message, receivedAt: NOON, actor };
  const frame = frameReceived(
    TENANT,
    received,
    deliveryKeyOf(received, () => 'hash'),
  );
  // Faster than an expectation: there are tens of thousands.
  const fits = frameEventSchemas.FrameReceived.safeParse(frame);
  if (!fits.success) throw new Error(`${text.slice(0, 2_000)}: ${fits.error.message}`);
}

type Path = readonly (string | number)[];

/** Every place in a body, the body itself too. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

function replaced(value: unknown, [first, ...rest]: Path, by: unknown): unknown {
  if (first === undefined) return by;
  const inner = replaced(Reflect.get(value as object, first), rest, by);
  if (Array.isArray(value)) return value.map((one: unknown, i) => (i === first ? inner : one));
  return { ...(value as object), [first]: inner };
}
