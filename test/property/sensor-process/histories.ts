import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { addSeconds } from '../../../domain/time/instant.ts';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { CarPark, newIntake, T0, TENANT, uplinkBody } from '../../unit/sensor-process/car-park.ts';

export const DEVICES = ['00000000000000a1', '00000000000000a2', '00000000000000a3'] as const;
const CODES = ['P1', 'P2'] as const;

/** A message of a device, in the order in which it was sent. */
export interface Step {
  readonly device: number;
  readonly occupied: boolean;
  readonly kind: 'status' | 'heartbeat';
  /** Seconds since the message before, of whatever device. */
  readonly afterS: number;
  /** A new session begins before it; the join may be lost. */
  readonly rejoin: 'no' | 'seen' | 'lost';
  /** Messages lost on the air before it. */
  readonly lost: number;
}

export const steps = fc.array(
  fc.record<Step>({
    device: fc.integer({ min: 0, max: DEVICES.length - 1 }),
    occupied: fc.boolean(),
    kind: fc.constantFrom('status', 'heartbeat'),
    afterS: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 60, max: 5_000 })),
    rejoin: fc.oneof(
      { weight: 6, arbitrary: fc.constant('no' as const) },
      { weight: 1, arbitrary: fc.constantFrom('seen' as const, 'lost' as const) },
    ),
    lost: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
    ),
  }),
  { minLength: 1, maxLength: 14 },
);

/** What a network server posts. */
export interface Message {
  readonly event: 'up' | 'join';
  readonly atS: number;
  readonly device: number;
  readonly body: Record<string, unknown>;
}

interface Sender {
  address: number;
  fCnt: number;
}

/** The messages of a history; the last device is nobody's. Ids come from the place in the history. */
export function messagesOf(history: readonly Step[]): readonly Message[] {
  const senders: Sender[] = DEVICES.map((_, index) => ({ address: 0x1000 * (index + 1), fCnt: 0 }));
  const messages: Message[] = [];
  let atS = 100;
  for (const [index, step] of history.entries()) {
    const sender = senders[step.device];
    const devEui = DEVICES[step.device];
    if (sender === undefined || devEui === undefined) continue;
    atS += step.afterS;
    if (step.rejoin !== 'no') {
      sender.address += 1;
      sender.fCnt = 0;
      // A join and the first uplink are seconds apart.
      if (step.rejoin === 'seen') {
        messages.push({
          event: 'join',
          atS,
          device: step.device,
          body: joinBody(devEui, sender, atS, index),
        });
        atS += 5;
      }
    }
    sender.fCnt += 1 + step.lost;
    const body = uplinkBody({
      devEui,
      atS,
      occupied: step.occupied,
      kind: step.kind,
      fCnt: sender.fCnt,
      devAddr: addressOf(sender),
      deduplicationId: idOf(`up ${index}`),
    });
    messages.push({ event: 'up', atS, device: step.device, body });
    atS += 1;
  }
  return messages;
}

function joinBody(devEui: string, sender: Sender, atS: number, index: number) {
  const time = addSeconds(T0, atS);
  return {
    deduplicationId: idOf(`join ${index}`),
    time,
    deviceInfo: { devEui, tags: {} },
    devAddr: addressOf(sender),
  };
}

function addressOf(sender: Sender): string {
  return sender.address.toString(16).padStart(8, '0');
}

export function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

/** The same message by radio a second time: another delivery, seconds later. */
export function radioRepeat(message: Message, afterS: number): Message {
  const atS = message.atS + afterS;
  const time = addSeconds(T0, atS);
  const deduplicationId = idOf(`repeat ${JSON.stringify(message.body['deduplicationId'])}`);
  const body = { ...message.body, deduplicationId, time, rxInfo: [{ nsTime: time, rssi: -90, snr: 1 }] };
  return { ...message, atS, body };
}

export async function openPark(): Promise<CarPark> {
  const park = new CarPark();
  await park.open(CODES);
  for (const [index, code] of CODES.entries()) {
    const devEui = DEVICES[index];
    if (devEui !== undefined) await park.assign(devEui, code);
  }
  // From here on our clock stands beyond all that is sent, so that it plays no part.
  park.now = addSeconds(T0, 150_000);
  return park;
}

/** By an intake of its own each time, so that nothing is recognised before the process. */
export async function receive(park: CarPark, message: Message): Promise<void> {
  const reading = readChirpstack(message.event, message.body);
  if (!reading.ok) throw new Error(`refused: ${JSON.stringify(reading.rejection)}`);
  await newIntake(park.store).receive(TENANT, {
    network: 'chirpstack',
    kind: message.event,
    body: JSON.stringify(message.body),
    message: reading.message,
    receivedAt: park.now,
    actor: { type: 'api_key', id: 'test' },
  });
}

/** The order between streams is chance; within a stream it is the history. */
export async function historyOf(park: CarPark): Promise<readonly unknown[]> {
  const events = await park.domainEvents();
  return [...byStream(events).entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** In one go, from an empty log on. */
export async function liveThrough(messages: readonly Message[]): Promise<CarPark> {
  const park = await openPark();
  park.start();
  await park.settle();
  for (const message of messages) await receive(park, message);
  await park.settle();
  await park.end();
  return park;
}

function byStream<T extends { readonly stream: string }>(events: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const event of events) found.set(event.stream, [...(found.get(event.stream) ?? []), event]);
  return found;
}
