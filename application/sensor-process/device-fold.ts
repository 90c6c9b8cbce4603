import { type Instant } from '../../domain/time/instant.ts';
import { type SensorReading } from '../ports/frame-decoder.ts';
import { type DeviceKey, type DeviceRow } from '../ports/sensor-tables.ts';
import { type KnownAilments, NO_AILMENTS } from './device-health.ts';
import { type DeviceOrder, NO_ORDER } from './device-order.ts';
import { type Known, NOTHING_KNOWN, silentFrom } from './timeline.ts';

/** What the space of an assignment was last told. */
export interface Told {
  /** The process that made the assignment: a new assignment has been told nothing. */
  readonly processId: string;
  readonly value: 'OCCUPIED' | 'VACANT';
  readonly at: Instant;
}

/** All that the process knows of a device from its frames. Immutable and plain JSON. */
export interface DeviceFold {
  readonly order: DeviceOrder;
  readonly lastFrameId: string | null;
  readonly told: Told | null;
  /** At the end of its line. */
  readonly known: Known;
  /** Since when its silence has been told; null: it is not silent, or nobody has said so yet. */
  readonly silentSince: Instant | null;
  /** When what it says changed lately, the newest last: too often is flapping (rule U8). */
  readonly changes: readonly Instant[];
  readonly ailments: KnownAilments;
  /** Something is known that the space has not taken. */
  readonly isWaiting: boolean;
  readonly batteryMv: number | null;
  readonly temperatureDeciC: number | null;
}

/** A device after a task; made into a row only where no later task of the same commit follows. */
export interface KnownDevice {
  readonly key: DeviceKey;
  readonly fold: DeviceFold;
  readonly heartbeatS: number | null;
  readonly isOrphan: boolean;
}

export const NEW_FOLD: DeviceFold = {
  order: NO_ORDER,
  lastFrameId: null,
  told: null,
  known: NOTHING_KNOWN,
  silentSince: null,
  changes: [],
  ailments: NO_AILMENTS,
  isWaiting: false,
  batteryMv: null,
  temperatureDeciC: null,
};

export function withHealth(fold: DeviceFold, reading: SensorReading): DeviceFold {
  const { batteryMv, temperatureDeciC } = reading;
  if (batteryMv === null && temperatureDeciC === null) return fold;
  return {
    ...fold,
    batteryMv: batteryMv ?? fold.batteryMv,
    temperatureDeciC: temperatureDeciC ?? fold.temperatureDeciC,
  };
}

/** The row of a device that has been heard; null before. */
export function deviceRow({ key, fold, heartbeatS, isOrphan }: KnownDevice): DeviceRow | null {
  const { order, lastFrameId } = fold;
  if (order.newestAt === null || lastFrameId === null) return null;
  return {
    tenantId: key.tenantId,
    devEui: key.devEui,
    lastHeardAt: order.newestAt,
    lastFrameId,
    session: order.session?.label ?? null,
    fCnt: order.session?.fCnt ?? null,
    batteryMv: fold.batteryMv,
    temperatureDeciC: fold.temperatureDeciC,
    // What has been told is not due any more.
    staleDueAt: isOrphan || fold.silentSince !== null ? null : silentFrom(order.newestAt, heartbeatS),
    isOrphan,
    isWaiting: fold.isWaiting,
    fold: JSON.stringify(fold),
  };
}

/** A fold as this program wrote it; one that another version wrote begins anew rather than be misread. */
export function readFold(text: string): DeviceFold {
  try {
    const fold = JSON.parse(text) as Partial<DeviceFold> | null;
    if (typeof fold !== 'object' || fold === null || fold.order === undefined) return NEW_FOLD;
    return { ...NEW_FOLD, ...fold };
  } catch {
    return NEW_FOLD;
  }
}
