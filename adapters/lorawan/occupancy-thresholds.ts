/**
 * When a measurement means a car (rule U7). Two limits instead of one: a car that rocks by a centimetre, or a sensor
 * whose noise is as large, would otherwise come and go all day. Between them a message says nothing about the bay, so
 * that the bay stays as it was, whatever that is and in whichever order messages arrive.
 */
import { type CanonicalMessage } from './decoder.ts';
import { type Occupancy } from './occupancy.ts';

/** Mounted above or below the bay, a car is near. Sideways mounting over a lane is not covered: no single limit fits. */
export interface DistanceThresholds {
  readonly kind: 'distance';
  /** Nearer than this is no echo but the transducer itself: it says nothing. */
  readonly blindBelowMm: number;
  readonly occupiedBelowMm: number;
  readonly vacantFromMm: number;
}

/** A person moved, and nobody since: how long until the place counts as left. */
export interface MotionThresholds {
  readonly kind: 'motion';
  /** Minutes without movement, on top of the device's own wait. 0 = the device's word is taken at once. */
  readonly vacantAfterMin: number;
}

export type OccupancyThresholds = DistanceThresholds | MotionThresholds;

/** As an operator writes them for a bay: only what differs from the type's defaults. */
export type ThresholdSettings = Readonly<Record<string, number>>;

/** What the message means for the bay under these thresholds; null = nothing, so it is as it was before. */
export function measuredOccupancy(
  message: CanonicalMessage,
  thresholds: OccupancyThresholds,
): Occupancy | null {
  return thresholds.kind === 'distance'
    ? ofDistance(message.distanceMm ?? null, thresholds)
    : ofMotion(message, thresholds);
}

function ofDistance(
  distanceMm: number | null,
  { blindBelowMm, occupiedBelowMm, vacantFromMm }: DistanceThresholds,
): Occupancy | null {
  // 0 is "no echo" on every device here, whatever blind zone somebody has set.
  if (distanceMm === null || distanceMm <= 0 || distanceMm < blindBelowMm) return null;
  if (distanceMm < occupiedBelowMm) return 'OCCUPIED';
  return distanceMm >= vacantFromMm ? 'VACANT' : null;
}

function ofMotion(
  { occupied, sinceLastEventMin }: CanonicalMessage,
  { vacantAfterMin }: MotionThresholds,
): Occupancy | null {
  if (occupied === undefined) return null;
  if (occupied) return 'OCCUPIED';
  return sinceLastEventMin === undefined || sinceLastEventMin >= vacantAfterMin ? 'VACANT' : null;
}

export type ThresholdsReading =
  | { readonly ok: true; readonly thresholds: OccupancyThresholds }
  | { readonly ok: false; readonly detail: string };

/** The defaults with the settings of a bay over them. Refused: unknown names, no whole numbers, limits that cross. */
export function withSettings(defaults: OccupancyThresholds, settings: ThresholdSettings): ThresholdsReading {
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'kind' || !Object.hasOwn(defaults, name)) return wrong(`${name}: no such threshold`);
    if (!Number.isSafeInteger(value) || value < 0) return wrong(`${name}: expected a whole number from 0 on`);
  }
  const thresholds: OccupancyThresholds = { ...defaults, ...settings };
  if (thresholds.kind === 'motion') return { ok: true, thresholds };
  const { blindBelowMm, occupiedBelowMm, vacantFromMm } = thresholds;
  if (occupiedBelowMm > vacantFromMm) return wrong('occupiedBelowMm: expected no more than vacantFromMm');
  if (blindBelowMm >= occupiedBelowMm) return wrong('blindBelowMm: expected less than occupiedBelowMm');
  return { ok: true, thresholds };
}

function wrong(detail: string): ThresholdsReading {
  return { ok: false, detail };
}
