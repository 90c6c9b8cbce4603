import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { goesOn } from '../../../domain/space/history/occupancy-history.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { CarPark, newIntake, T0, TENANT, uplinkBody } from '../../unit/sensor-process/car-park.ts';
import { idOf } from './histories.ts';

/** Histories of so many devices in one run: 1,000 and more are tried each time. */
const DEVICES = 50;
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 20);
const TIMEOUT = 240_000;

interface Step {
  readonly occupied: boolean;
  readonly kind: 'status' | 'heartbeat';
  readonly afterS: number;
  readonly rejoin: 'no' | 'seen' | 'lost';
  /** Messages lost on the air before it. */
  readonly lost: number;
  /** Until it arrives. */
  readonly delayS: number;
  readonly copies: number;
  readonly isRepeated: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  occupied: fc.boolean(),
  kind: fc.constantFrom('status', 'heartbeat'),
  // Now and then longer than a healthy device is silent.
  afterS: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 4_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 180_000, max: 250_000 }) },
  ),
  rejoin: fc.oneof(
    { weight: 8, arbitrary: fc.constant('no' as const) },
    { weight: 1, arbitrary: fc.constantFrom('seen' as const, 'lost' as const) },
  ),
  lost: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 })),
  delayS: fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 9_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 400_000 }) },
  ),
  copies: fc.constantFrom(0, 0, 0, 1, 2),
  isRepeated: fc.constantFrom(false, false, false, true),
});

const history = fc.array(step, { minLength: 1, maxLength: 12 });
const histories = fc.array(history, { minLength: DEVICES, maxLength: DEVICES });

interface Message {
  readonly event: 'up' | 'join';
  readonly sentS: number;
  readonly arrivesS: number;
  readonly body: Record<string, unknown>;
}

const TYPES = ['bosch-tps110-0.39', 'nwave-nps405'] as const;
const euiOf = (device: number): string => (0xa000 + device).toString(16).padStart(16, '0');
const codeOf = (device: number): string => `P${device}`;
const typeOf = (device: number) => TYPES[device % TYPES.length] ?? TYPES[0];

function messagesOf(device: number, steps: readonly Step[]): readonly Message[] {
  const messages: Message[] = [];
  const devEui = euiOf(device);
  let [atS, fCnt, address, changedS] = [100, 0, 0x1000, 100];
  let occupied: boolean | null = null;
  for (const [index, one] of steps.entries()) {
    atS += one.afterS;
    const devAddr = (): string => address.toString(16).padStart(8, '0');
    if (one.rejoin !== 'no') {
      address += 1;
      fCnt = 0;
      if (one.rejoin === 'seen') {
        const time = addSeconds(T0, atS);
        const deduplicationId = idOf(`join ${device} ${index}`);
        const body = { deduplicationId, time, deviceInfo: { devEui, tags: {} }, devAddr: devAddr() };
        messages.push({ event: 'join', sentS: atS, arrivesS: atS + one.delayS / 2, body });
        atS += 5;
      }
    }
    fCnt += 1 + one.lost;
    const previousDurationMin = Math.floor((atS - changedS) / 60);
    if (occupied !== one.occupied) changedS = atS;
    occupied = one.occupied;
    const up = (deduplicationId: string, sentS: number) => ({
      ...uplinkBody({
        devEui,
        atS: sentS,
        occupied: one.occupied,
        kind: one.kind,
        fCnt,
        devAddr: devAddr(),
        deduplicationId,
        type: typeOf(device),
        previousDurationMin,
      }),
    });
    const id = idOf(`up ${device} ${index}`);
    const body = up(id, atS);
    for (let copy = 0; copy <= one.copies; copy += 1)
      messages.push({ event: 'up', sentS: atS, arrivesS: atS + one.delayS * (copy + 1), body });
    if (one.isRepeated) {
      const again = up(idOf(`repeat ${device} ${index}`), atS + 4);
      messages.push({ event: 'up', sentS: atS + 4, arrivesS: atS + one.delayS / 3, body: again });
    }
    atS += 6;
  }
  return messages;
}

async function through(messages: readonly Message[]): Promise<CarPark> {
  const park = new CarPark();
  await park.open(Array.from({ length: DEVICES }, (_, device) => codeOf(device)));
  for (let device = 0; device < DEVICES; device += 1)
    await park.assign(euiOf(device), codeOf(device), T0, typeOf(device));
  // Beyond all that is sent: each device falls silent whenever it is not heard, and in the end for good.
  park.now = addSeconds(T0, 60 * 86_400);
  park.start();
  await park.settle();
  for (const { body, event } of messages) {
    const reading = readChirpstack(event, body);
    if (!reading.ok) throw new Error(`refused: ${JSON.stringify(reading.rejection)}`);
    await newIntake(park.store).receive(TENANT, {
      network: 'chirpstack',
      kind: event,
      body: JSON.stringify(body),
      message: reading.message,
      receivedAt: park.now,
      actor: { type: 'api_key', id: 'test' },
    });
  }
  await park.settleSilences();
  await park.end();
  return park;
}

/** Stays, intervals and the present of every bay. */
async function outcomeOf(park: CarPark) {
  const bays = [];
  for (let device = 0; device < DEVICES; device += 1) {
    const { state } = await park.handlers.wholeSpace.load(TENANT, park.spaceOf(codeOf(device)));
    if (state.status === 'unregistered') throw new Error('there is no such space');
    const { value, since, lastKnown, session } = state.occupancy;
    bays.push({
      device,
      present: { value, since, lastKnown, session },
      intervals: state.history?.values
        .filter((one, index, all) => !goesOn(all[index - 1], one))
        .map(({ at, value: is, sessionId }) => [at, is, sessionId]),
      stays: state.history?.stays,
    });
  }
  return bays;
}

it(
  'scenario 4: frames permuted, doubled and delayed come to the same stays, intervals and present as in order',
  async () => {
    let corrected = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (all) => {
        const messages = all.flatMap((steps, device) => messagesOf(device, steps));
        const inOrder = await through([...messages].sort((a, b) => a.sentS - b.sentS));
        const arriving = await through([...messages].sort((a, b) => a.arrivesS - b.arrivesS));
        expect(await outcomeOf(arriving)).toEqual(await outcomeOf(inOrder));
        const events = await arriving.domainEvents();
        corrected += events.filter(({ type }) => type === 'OccupancyHistoryCorrected').length;
      }),
      { numRuns: RUNS },
    );
    expect(corrected).toBeGreaterThan(RUNS);
  },
  TIMEOUT,
);
