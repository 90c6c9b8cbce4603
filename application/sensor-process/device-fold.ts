import { addSeconds, type Instant } from '../../domain/time/instant.ts';
import { type SensorReading } from '../ports/frame-decoder.ts';
import { type DeviceKey, type DeviceRow } from '../ports/sensor-tables.ts';
import { type DeviceOrder, NO_ORDER } from './device-order.ts';

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
  isWaiting: false,
  batteryMv: null,
  temperatureDeciC: null,
};

/** k heartbeats and ten per cent without a sign of life (rule U9). */
const SILENT_HEARTBEATS = 2 * 1.1;

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
    staleDueAt:
      heartbeatS === null || isOrphan
        ? null
        : addSeconds(order.newestAt, Math.ceil(heartbeatS * SILENT_HEARTBEATS)),
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
