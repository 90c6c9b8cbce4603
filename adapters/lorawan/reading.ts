import { type SensorReading } from '../../application/ports/frame-decoder.ts';
import { type CanonicalMessage } from './decoder.ts';
import { type PayloadCounter } from './device-type.ts';
import { type Occupancy } from './occupancy.ts';
import { measuredOccupancy, type OccupancyThresholds } from './occupancy-thresholds.ts';

/** How the messages of a device are to be understood: its type, or its type with the settings of a bay. */
export interface ReadingContext {
  readonly thresholds?: OccupancyThresholds;
  readonly counter?: PayloadCounter;
}

/** The message in integers only: what the sensor process works with, fit for canonical events, which hold no floats. */
export function readingOf(message: CanonicalMessage, context: ReadingContext = {}): SensorReading {
  const { items, ...whole } = inOne(message);
  const counter = counterOf(whole, context.counter);
  return {
    occupancy: occupancyOf(whole, context.thresholds),
    messageKind: whole.kind,
    batteryMv: scaled(whole.batteryV, 1000),
    temperatureDeciC: scaled(whole.temperatureC, 10),
    previousStateS: items === undefined ? previousStateOf(whole) : previousOf(items, context.thresholds),
    firmware: whole.firmware ?? null,
    resetCause: whole.resetCause ?? null,
    tamper: whole.tamper ?? null,
    // Few devices have these, and a reading is kept for every frame.
    ...(whole.batteryPct === undefined ? {} : { batteryPct: Math.round(whole.batteryPct) }),
    ...(whole.batteryLow === undefined ? {} : { batteryLow: whole.batteryLow }),
    ...(whole.distanceMm === undefined ? {} : { distanceMm: whole.distanceMm }),
    ...(counter === null ? {} : { counter }),
  };
}

/** Items come in the order of time, so the later word counts; the frame is of the kind that tells the state, if one does. */
function inOne(message: CanonicalMessage): CanonicalMessage {
  const { items } = message;
  if (items === undefined) return message;
  const telling = items.findLast((item) => (item.occupied ?? item.open ?? item.distanceMm) !== undefined);
  return items.reduce((whole, item) => ({ ...whole, ...item, kind: telling?.kind ?? 'multi' }), message);
}

/**
 * A binary sensor used on a bay: open = OCCUPIED, closed = VACANT. "Open" is the state in which the magnet is away from
 * the switch: the exception that the sensor is there to report, as a car is on a bay, and the one that it sends as 1,
 * like the occupied bit of every bay sensor. A contact mounted the other way round needs a device type of its own.
 */
function occupancyOf(
  message: CanonicalMessage,
  thresholds: OccupancyThresholds | undefined,
): Occupancy | null {
  if (thresholds?.kind === 'motion') return measuredOccupancy(message, thresholds);
  const taken = message.occupied ?? message.open;
  if (taken !== undefined) return taken ? 'OCCUPIED' : 'VACANT';
  return thresholds === undefined ? null : measuredOccupancy(message, thresholds);
}

/**
 * A frame that tells of two states in turn says that the first was there, not for how long: at least no time, at most
 * since the frame before. So a stay or a gap that began and ended between two frames is not lost (rule U5).
 */
function previousOf(
  items: readonly CanonicalMessage[],
  thresholds: OccupancyThresholds | undefined,
): SensorReading['previousStateS'] {
  const states = items.map((item) => occupancyOf(item, thresholds)).filter((state) => state !== null);
  const [last, before] = states.slice(-2).reverse();
  return before === undefined || before === last ? null : { durationS: 0, errorS: null };
}

function previousStateOf(message: CanonicalMessage): SensorReading['previousStateS'] {
  const { previousDurationMin: minutes, previousDurationErrorMin: error } = message;
  if (minutes === undefined) return null;
  return { durationS: minutes * 60, errorS: error === undefined || error === null ? null : error * 60 };
}

function counterOf(
  message: CanonicalMessage,
  counter: PayloadCounter | undefined,
): NonNullable<SensorReading['counter']> | null {
  const value = counter === undefined ? undefined : message[counter.field];
  if (counter === undefined || value === undefined) return null;
  return { value, modulus: counter.modulus, counts: counter.counts };
}

function scaled(value: number | undefined, factor: number): number | null {
  return value === undefined ? null : Math.round(value * factor);
}
