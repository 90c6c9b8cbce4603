import { meaningOf } from '../../../application/frames/outcome-meanings.ts';
import { type ReadingRow } from '../../../application/ports/sensor-tables.ts';
import { type SpaceState } from '../../../domain/space/state.ts';
import { epochMs, type Instant, instantOf } from '../../../domain/time/instant.ts';
import { type SimulatedReading } from '../../lorawan/device-type.ts';
import { frameDecoder } from '../../lorawan/frame-decoder.ts';
import { PostgresSensorTables } from '../../sensor-tables/postgres-sensor-tables.ts';
import { now } from '../act.ts';
import { type Answers } from '../answers.ts';
import { baseUrlOf } from '../base-url.ts';
import { WrongUse } from '../failure.ts';
import { findSpace, type FoundSpace } from '../find-space.ts';
import { counterOf } from '../frame-counter.ts';
import { chirpstackUplink, firstDevAddr } from '../simulated-uplink.ts';
import { deliver, ingestKey } from '../simulation/network-server.ts';
import { minutesBefore, type PlaceInLine, placeInLine } from '../simulation/place-in-line.ts';
import { type SimulatedSensor, sensorOfSpace } from '../simulation/sensor-of-space.ts';
import { type Resources } from '../system/connect.ts';
import { untilSensed } from '../system/sensors.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

type Value = 'OCCUPIED' | 'VACANT';

/** What is to be sent, before anything is known of the sensor. */
interface Wish {
  /** Null: the other value than the one that the bay had. */
  readonly value: Value | null;
  /** A car that comes or goes can do so only once. */
  readonly movement: 'arrival' | 'departure' | null;
  readonly lateMs: number;
  readonly isLost: boolean;
  readonly isDeliveredTwice: boolean;
  readonly isRepeated: boolean;
}

/** What `simulate late` means where nothing is said. */
const LATE_MS = 20 * 60_000;

export const simulateUplink: Verb = simulation((answers) => {
  const value = valueOf(answers);
  if (value === null) throw new WrongUse('say either --occupied or --vacant');
  return { ...mishapsOf(answers), value };
});
export const simulateArrival: Verb = simulation((answers) => ({
  ...mishapsOf(answers),
  value: 'OCCUPIED',
  movement: 'arrival',
}));
export const simulateDeparture: Verb = simulation((answers) => ({
  ...mishapsOf(answers),
  value: 'VACANT',
  movement: 'departure',
}));
export const simulateLate: Verb = simulation((answers) => {
  const lateMs = answers.duration('by') ?? LATE_MS;
  if (lateMs === 0) throw new WrongUse('--by 0: expected how late it is, such as 20m');
  return { ...NO_MISHAP, value: valueOf(answers), lateMs };
});
export const simulateDuplicate: Verb = simulation((answers) => ({
  ...NO_MISHAP,
  value: valueOf(answers),
  isDeliveredTwice: true,
}));
export const simulateRepeat: Verb = simulation((answers) => ({
  ...NO_MISHAP,
  value: valueOf(answers),
  isRepeated: true,
}));
export const simulateLost: Verb = simulation((answers) => ({
  ...NO_MISHAP,
  value: valueOf(answers),
  isLost: true,
}));

const NO_MISHAP: Wish = {
  value: null,
  movement: null,
  lateMs: 0,
  isLost: false,
  isDeliveredTwice: false,
  isRepeated: false,
};

function mishapsOf(answers: Answers): Wish {
  const lateMs = answers.duration('late') ?? 0;
  const isLost = answers.flag('lost');
  if (lateMs > 0 && isLost) throw new WrongUse('a frame is either late or lost');
  const [isDeliveredTwice, isRepeated] = [answers.flag('duplicate'), answers.flag('repeat')];
  return { ...NO_MISHAP, lateMs, isLost, isDeliveredTwice, isRepeated };
}

function valueOf(answers: Answers): Value | null {
  const [occupied, vacant] = [answers.flag('occupied'), answers.flag('vacant')];
  if (occupied && vacant) throw new WrongUse('say either --occupied or --vacant');
  if (occupied) return 'OCCUPIED';
  return vacant ? 'VACANT' : null;
}

/** A frame with all that makes it the one of this sensor at this instant. */
interface Planned {
  readonly space: FoundSpace;
  readonly sensor: SimulatedSensor;
  readonly wish: Wish;
  readonly place: PlaceInLine;
  readonly at: Instant;
  /** What the bay was by then, as far as anybody knew. */
  readonly before: Value | 'UNKNOWN';
  /** What is known is newer, so it tells of the past only. */
  readonly isPast: boolean;
  readonly value: Value;
  readonly fCnt: number;
}

function simulation(wishOf: (answers: Answers) => Wish): Verb {
  return (invocation) => {
    const { answers, output } = invocation;
    const text = answers.operand(0, 'space');
    const wish = wishOf(answers);
    return withResources(async (_, resources) => {
      const space = await findSpace(resources, text, answers.text('tenant'));
      const sensor = await sensorOfSpace(resources, space);
      const url = answers.text('url') ?? (await baseUrlOf(resources.settings));
      const key = answers.text('key') ?? (await ingestKey(resources, space.tenantId));
      await untilHandled(resources);
      const planned = await plan(resources, space, sensor, wish);
      const sent = await send(url, key, planned);
      const isHandled = await untilHandled(resources);
      const row = isHandled ? await rowOf(resources, planned, sent.frame_id) : null;
      await output.result(asObject(planned, sent, row), describe(planned, sent, row));
      return 0;
    })(invocation);
  };
}

const PATIENCE_MS = 5_000;

/** Whether all that arrived so far has had its effect; without a worker it never has, and nobody waits for that. */
async function untilHandled(resources: Resources): Promise<boolean> {
  const { store } = resources;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  await untilSensed(resources, await store.head('frames'), await store.head('domain'), patience);
  return !patience.aborted;
}

/** So many of a device's messages before the instant are looked at. */
const MESSAGES_BEFORE = 64;

async function plan(
  { handlers, pool }: Resources,
  space: FoundSpace,
  sensor: SimulatedSensor,
  wish: Wish,
): Promise<Planned> {
  const key = { tenantId: space.tenantId, devEui: sensor.devEui };
  const tables = new PostgresSensorTables(pool);
  const at = instantOf(epochMs(now()) - wish.lateMs);
  const [known] = await tables.devices([key]);
  const { rows } = await tables.line(key, at, MESSAGES_BEFORE);
  const earlier = firstDevAddr(`${sensor.devEui} before ${at}`);
  const place = placeInLine(rows, counterOf(sensor.devEui, known), at, earlier);
  const { state } = await handlers.space.load(space.tenantId, space.spaceId);
  const told = toldAt(state, at);
  const before = told?.value ?? place.before?.value ?? 'UNKNOWN';
  const isPast = place.isLate || (told !== null && !told.lasts);
  const value = wish.value ?? (before === 'OCCUPIED' ? 'VACANT' : 'OCCUPIED');
  const fCnt = place.fCnt + (wish.isLost ? 1 : 0);
  return { space, sensor, wish, place, at, before, isPast, value, fCnt };
}

/** What was published of the bay for an instant, by all of its sensors and its staff; `lasts`: until now. */
function toldAt(state: SpaceState, at: Instant): { value: Planned['before']; lasts: boolean } | null {
  if (state.status === 'unregistered') return null;
  const values = state.history?.values ?? [];
  const index = values.findLastIndex((one) => one.at <= at);
  const held = values[index];
  return held === undefined ? null : { value: held.value, lasts: index === values.length - 1 };
}

interface Sent {
  readonly accepted: true;
  readonly frame_id: string;
  /** The intake had this very delivery already. */
  readonly duplicate: boolean;
  /** The id of the second copy that the radio sent. */
  readonly repeat_frame_id?: string;
}

async function send(url: string, key: string, planned: Planned): Promise<Sent> {
  const { wish } = planned;
  let answer = await deliver(url, key, uplinkOf(planned, 1));
  if (wish.isDeliveredTwice) answer = await deliver(url, key, uplinkOf(planned, 1));
  if (!wish.isRepeated) return answer;
  const { frame_id: second } = await deliver(url, key, uplinkOf(planned, 2));
  return { ...answer, repeat_frame_id: second };
}

function uplinkOf(planned: Planned, copy: number): object {
  const { at, fCnt, place, sensor } = planned;
  return chirpstackUplink({
    device: sensor,
    devAddr: place.devAddr,
    fCnt,
    reading: readingOf(planned),
    at,
    copy,
  });
}

/**
 * Where the frame that told of the change is lost, the next one is a heartbeat, and all that it says is how it is now.
 * (A device whose heartbeats do not tell of the bay says so with its next change.)
 */
function readingOf({ at, place, sensor, value, wish }: Planned): SimulatedReading {
  const reading: SimulatedReading = {
    kind: 'status',
    occupied: value === 'OCCUPIED',
    batteryMv: 3_500,
    temperatureDeciC: 180,
    previousDurationMin: place.before?.value === value ? 0 : minutesBefore(place.before, at),
  };
  const heartbeat: SimulatedReading = { ...reading, kind: 'heartbeat' };
  return wish.isLost && tellsOfBay(sensor, heartbeat) ? heartbeat : reading;
}

function tellsOfBay({ type }: SimulatedSensor, reading: SimulatedReading): boolean {
  const frame = type.encodeUplink?.(reading);
  if (frame === undefined) return false;
  const decoding = frameDecoder.decode(type.id, frame.fPort, Buffer.from(frame.bytes).toString('base64'));
  return decoding.ok && decoding.reading.occupancy !== null;
}

async function rowOf(
  { pool }: Resources,
  { at, sensor, space }: Planned,
  frameId: string,
): Promise<ReadingRow | null> {
  const key = { tenantId: space.tenantId, devEui: sensor.devEui };
  const { rows } = await new PostgresSensorTables(pool).line(key, at, MESSAGES_BEFORE);
  return rows.find((row) => row.frameId === frameId) ?? null;
}

function asObject(planned: Planned, sent: Sent, row: ReadingRow | null): object {
  const { at, before, fCnt, isPast, place, sensor, space, value, wish } = planned;
  return {
    ...sent,
    space_id: space.spaceId,
    dev_eui: sensor.devEui,
    f_cnt: fCnt,
    dev_addr: place.devAddr,
    says: value,
    before,
    is_news: before !== value,
    sent_at: at,
    is_late: isPast,
    counter_used_before: place.isCounterUsed,
    frame_lost_before: wish.isLost,
    outcome: row?.outcome ?? 'waiting',
    detail: row?.detail ?? null,
  };
}

const WORDS: Readonly<Record<Value, string>> = { OCCUPIED: 'occupied', VACANT: 'vacant' };

function describe(planned: Planned, sent: Sent, row: ReadingRow | null): string[] {
  const { at, before, fCnt, isPast, place, sensor, space, value, wish } = planned;
  const { code } = space;
  const repeat = sent.duplicate ? ' (a repeat)' : '';
  const lines = [`${sensor.devEui} on ${code} says ${WORDS[value]}: frame ${sent.frame_id}${repeat}`];
  if (before === value) {
    const what = { arrival: ': nobody could arrive', departure: ': nobody could leave' };
    const outcome = wish.movement === null ? '' : what[wish.movement];
    lines.push(`${code} was ${WORDS[value]} already${isPast ? ' then' : ''}${outcome}.`);
  }
  if (wish.isLost) lines.push(`The frame before it (counter ${fCnt - 1}) never arrives.`);
  if (sent.repeat_frame_id !== undefined)
    lines.push(`The radio sent it once more: frame ${sent.repeat_frame_id}, the same reading.`);
  if (wish.lateMs > 0 && !isPast)
    lines.push('Nothing newer is known of this bay, so it tells of the present.');
  if (place.isCounterUsed)
    lines.push(
      `No frame was missing at ${at}: it has the counter ${fCnt} of the one before it, and since when is uncertain.`,
    );
  if (!sensor.watchedAt(at)) lines.push(`The sensor did not watch ${code} at ${at}: it changes nothing.`);
  lines.push(meaningOf(row?.outcome ?? 'waiting'));
  return lines;
}
