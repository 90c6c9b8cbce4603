import { type ReportHealth } from '../../domain/device/commands.ts';
import { epochMs, type Instant } from '../../domain/time/instant.ts';
import { type SensorReading } from '../ports/frame-decoder.ts';
import { type Frame } from './frame-input.ts';

/** What is known to be wrong with a device, so that the same is not reported with each message. Plain JSON. */
export interface KnownAilments {
  readonly batteryLow: boolean;
  readonly tampered: boolean;
  readonly hot: boolean;
  readonly flapping: boolean;
}

export const NO_AILMENTS: KnownAilments = { batteryLow: false, tampered: false, hot: false, flapping: false };

export interface HealthLimits {
  /** Low below this; recovered at a tenth of a volt more, so that a cold night does not report it every day. */
  readonly lowBatteryMv: number;
}

export const DEFAULT_LIMITS: HealthLimits = { lowBatteryMv: 3_000 };
const BATTERY_RECOVERY_MV = 100;
const LOW_BATTERY_PERCENT = 15;
const BATTERY_RECOVERY_PERCENT = 10;

/** What the electronics of these devices are made for, in tenths of a degree Celsius. */
const HOT_DECI_C = 700;
const COLD_DECI_C = -300;
const TEMPERATURE_HYSTERESIS = 50;

/** More changes within an hour than a bay can have (rule U8). */
export const FLAPPING_CHANGES = 12;
export const FLAPPING_WINDOW_S = 3_600;

export interface Health {
  readonly ailments: KnownAilments;
  /** Null: no news. */
  readonly report: Omit<ReportHealth, 'now'> | null;
}

/** What the newest message of a device says of the device itself (rule U11). */
export function healthAfter(
  known: KnownAilments,
  reading: SensorReading | null,
  frame: Frame,
  at: Instant,
  changes: readonly Instant[],
  limits: HealthLimits,
): Health {
  const battery = reading === null ? undefined : batteryOf(known.batteryLow, reading, limits);
  const isTampered = reading?.tamper ?? undefined;
  const temperature = reading === null ? undefined : temperatureOf(known.hot, reading);
  const flapping = flappingOf(known.flapping, changes, at);
  const ailments: KnownAilments = {
    batteryLow: battery?.isLow ?? known.batteryLow,
    tampered: isTampered ?? known.tampered,
    hot: temperature?.isAlarming ?? known.hot,
    flapping: flapping.isFlapping,
  };
  const restart = reading === null || reading.resetCause === null ? undefined : restartOf(reading);
  const news = {
    ...(battery === undefined || battery.isLow === known.batteryLow ? {} : { battery }),
    ...(isTampered === undefined || isTampered === known.tampered ? {} : { isTampered }),
    ...(temperature === undefined || temperature.isAlarming === known.hot ? {} : { temperature }),
    ...(flapping.isFlapping === known.flapping ? {} : { flapping }),
    ...(restart === undefined ? {} : { restart }),
  };
  if (Object.keys(news).length === 0) return { ailments, report: null };
  return { ailments, report: { type: 'ReportHealth', frameId: frame.frameId, at, ...news } };
}

function batteryOf(
  wasLow: boolean,
  { batteryMv, batteryPct, batteryLow }: SensorReading,
  { lowBatteryMv }: HealthLimits,
): ReportHealth['battery'] {
  if (batteryMv !== null) {
    const isLow = batteryMv < (wasLow ? lowBatteryMv + BATTERY_RECOVERY_MV : lowBatteryMv);
    return { isLow, valueMv: Math.max(0, batteryMv), threshold: lowBatteryMv };
  }
  if (batteryPct !== undefined) {
    const limit = wasLow ? LOW_BATTERY_PERCENT + BATTERY_RECOVERY_PERCENT : LOW_BATTERY_PERCENT;
    return { isLow: batteryPct < limit, percent: Math.max(0, batteryPct), threshold: LOW_BATTERY_PERCENT };
  }
  // Its own word, by a threshold that only it knows.
  return batteryLow === undefined ? undefined : { isLow: batteryLow, threshold: 0 };
}

function temperatureOf(
  wasHot: boolean,
  { temperatureDeciC: deciC }: SensorReading,
): ReportHealth['temperature'] {
  if (deciC === null) return undefined;
  const slack = wasHot ? TEMPERATURE_HYSTERESIS : 0;
  const thresholdDeciC = deciC >= 200 ? HOT_DECI_C : COLD_DECI_C;
  const isAlarming = deciC >= HOT_DECI_C - slack || deciC <= COLD_DECI_C + slack;
  return { isAlarming, deciC, thresholdDeciC };
}

/** It ends when there were half as many. */
function flappingOf(wasFlapping: boolean, changes: readonly Instant[], at: Instant) {
  const since = epochMs(at) - FLAPPING_WINDOW_S * 1000;
  const count = changes.filter((one) => epochMs(one) > since).length;
  const isFlapping = count > (wasFlapping ? FLAPPING_CHANGES / 2 : FLAPPING_CHANGES);
  return { isFlapping, changes: count, windowS: FLAPPING_WINDOW_S };
}

function restartOf({ resetCause, firmware }: SensorReading): NonNullable<ReportHealth['restart']> {
  return {
    ...(resetCause === null ? {} : { resetCause }),
    ...(firmware === null ? {} : { firmware }),
  };
}

/** As many as are needed to see whether it flaps. */
export function changesWith(changes: readonly Instant[], at: Instant): readonly Instant[] {
  return [...changes, at].slice(-(FLAPPING_CHANGES + 1));
}
