import { type Position } from '../../application/ports/event-store/position.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import {
  type DeviceRow,
  type ReadingOutcome,
  type ReadingRow,
  type SensorCheckpoint,
} from '../../application/ports/sensor-tables.ts';
import { type Instant } from '../../domain/time/instant.ts';

/** A timestamp in its one stored form. */
export function instantSql(column: string, as: string = column): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${as}`;
}

/** Postgres holds no NUL in a text; what a sender may put there is shown as the replacement character. */
export function plain(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}

export function plainOrNull(text: string | null): string | null {
  return text === null ? null : plain(text);
}

export interface CheckpointRecord {
  readonly epoch: string;
  readonly version: string;
  readonly store_id: string | null;
  readonly frames_commit: string | null;
  readonly frames_prepare: string | null;
  readonly devices_commit: string | null;
  readonly devices_prepare: string | null;
  readonly fold_commit: string | null;
  readonly fold_prepare: string | null;
}

export function checkpointOf(record: CheckpointRecord): SensorCheckpoint {
  const position = (commit: string | null, prepare: string | null): Position | null =>
    record.store_id === null || commit === null || prepare === null
      ? null
      : { storeId: record.store_id, commit: BigInt(commit), prepare: BigInt(prepare) };
  return {
    frames: position(record.frames_commit, record.frames_prepare),
    devices: position(record.devices_commit, record.devices_prepare),
    foldUntil: position(record.fold_commit, record.fold_prepare),
  };
}

export interface DeviceRecord {
  readonly tenant_id: string;
  readonly dev_eui: string;
  readonly last_heard_at: Instant;
  readonly last_frame_id: string;
  readonly session: string | null;
  readonly f_cnt: string | null;
  readonly battery_mv: number | null;
  readonly temperature_deci_c: number | null;
  readonly stale_due_at: Instant | null;
  readonly is_orphan: boolean;
  readonly is_waiting: boolean;
  readonly fold: string;
}

export function deviceOf(record: DeviceRecord): DeviceRow {
  return {
    tenantId: record.tenant_id,
    devEui: record.dev_eui,
    lastHeardAt: record.last_heard_at,
    lastFrameId: record.last_frame_id,
    session: record.session,
    fCnt: numberOrNull(record.f_cnt),
    batteryMv: record.battery_mv,
    temperatureDeciC: record.temperature_deci_c,
    staleDueAt: record.stale_due_at,
    isOrphan: record.is_orphan,
    isWaiting: record.is_waiting,
    fold: record.fold,
  };
}

export interface ReadingRecord {
  readonly tenant_id: string;
  readonly frame_id: string;
  readonly dev_eui: string | null;
  readonly kind: string;
  readonly received_at: Instant;
  readonly occurred_at: Instant;
  readonly time_source: string;
  readonly clock_suspect: boolean;
  readonly effective_at: Instant;
  readonly session: string | null;
  readonly f_cnt: string | null;
  readonly f_port: number | null;
  readonly payload: string;
  readonly outcome: ReadingOutcome;
  readonly detail: string | null;
  readonly space_id: string | null;
  readonly decoded: string | null;
  readonly stream: StreamName;
  readonly revision: string;
}

export function readingOf(record: ReadingRecord): ReadingRow {
  return {
    tenantId: record.tenant_id,
    frameId: record.frame_id,
    devEui: record.dev_eui,
    kind: record.kind,
    receivedAt: record.received_at,
    occurredAt: record.occurred_at,
    timeSource: record.time_source,
    clockSuspect: record.clock_suspect,
    effectiveAt: record.effective_at,
    session: record.session,
    fCnt: numberOrNull(record.f_cnt),
    fPort: record.f_port,
    payload: record.payload,
    outcome: record.outcome,
    detail: record.detail,
    spaceId: record.space_id,
    decoded: record.decoded,
    stream: record.stream,
    revision: Number(record.revision),
  };
}

function numberOrNull(text: string | null): number | null {
  return text === null ? null : Number(text);
}
