import {
  type DeviceKey,
  type DeviceRow,
  type OutcomeChange,
  type ParkedDevice,
  type ReadingRow,
  type SensorCheckpoint,
  type SensorLease,
} from '../../application/ports/sensor-tables.ts';
import { plain, plainOrNull } from './rows.ts';

/** A statement with its values, prepared once per connection. Sets of rows go as one array per column. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Gives a row only to the owner whose lease runs and who knows of the latest commit. */
export function advance(name: string, lease: SensorLease, checkpoint: SensorCheckpoint): Statement {
  const { frames, devices, foldUntil } = checkpoint;
  return {
    name: 'sensor-checkpoint-advance',
    text: `UPDATE sensing.checkpoint SET version = version + 1, store_id = $4,
             frames_commit = $5, frames_prepare = $6, devices_commit = $7, devices_prepare = $8,
             fold_commit = $9, fold_prepare = $10
           WHERE name = $1 AND epoch = $2 AND version = $3`,
    values: [
      name,
      lease.epoch,
      lease.version,
      (frames ?? devices ?? foldUntil)?.storeId ?? null,
      ...[frames, devices, foldUntil].flatMap((position) => [
        position?.commit.toString() ?? null,
        position?.prepare.toString() ?? null,
      ]),
    ],
  };
}

/** A second copy of a frame that slipped through is dropped here. */
export function insertReadings(rows: readonly ReadingRow[]): Statement {
  return {
    name: 'sensor-readings-insert',
    text: `INSERT INTO sensing.sensor_readings (tenant_id, frame_id, dev_eui, kind, received_at, occurred_at,
             time_source, clock_suspect, effective_at, session, f_cnt, f_port, payload, outcome, detail, space_id,
             decoded, stream, revision)
           SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[],
             $6::timestamptz[], $7::text[], $8::boolean[], $9::timestamptz[], $10::text[], $11::bigint[],
             $12::integer[], $13::text[], $14::text[], $15::text[], $16::uuid[], $17::text[], $18::text[],
             $19::bigint[])
           ON CONFLICT DO NOTHING`,
    values: [
      rows.map((row) => row.tenantId),
      rows.map((row) => row.frameId),
      rows.map((row) => row.devEui),
      rows.map((row) => plain(row.kind)),
      rows.map((row) => row.receivedAt),
      rows.map((row) => row.occurredAt),
      rows.map((row) => row.timeSource),
      rows.map((row) => row.clockSuspect),
      rows.map((row) => row.effectiveAt),
      rows.map((row) => plainOrNull(row.session)),
      rows.map((row) => row.fCnt),
      rows.map((row) => row.fPort),
      rows.map((row) => plain(row.payload)),
      rows.map((row) => row.outcome),
      rows.map((row) => plainOrNull(row.detail)),
      rows.map((row) => row.spaceId),
      rows.map((row) => row.decoded),
      rows.map((row) => row.stream),
      rows.map((row) => row.revision),
    ],
  };
}

export function changeOutcomes(changes: readonly OutcomeChange[]): Statement {
  // The last word on a frame counts; an UPDATE that joins two rows to one would take either.
  const latest = [
    ...new Map(changes.map((change) => [`${change.tenantId}/${change.frameId}`, change])).values(),
  ];
  return {
    name: 'sensor-readings-change-outcome',
    text: `UPDATE sensing.sensor_readings AS reading
           SET outcome = change.outcome, detail = change.detail, space_id = change.space_id,
             decoded = change.decoded
           FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[])
             AS change (tenant_id, frame_id, outcome, detail, space_id, decoded)
           WHERE reading.tenant_id = change.tenant_id AND reading.frame_id = change.frame_id`,
    values: [
      latest.map((change) => change.tenantId),
      latest.map((change) => change.frameId),
      latest.map((change) => change.outcome),
      latest.map((change) => plainOrNull(change.detail)),
      latest.map((change) => change.spaceId),
      latest.map((change) => change.decoded),
    ],
  };
}

export function upsertDevices(rows: readonly DeviceRow[]): Statement {
  return {
    name: 'device-liveness-upsert',
    text: `INSERT INTO sensing.device_liveness (tenant_id, dev_eui, last_heard_at, last_frame_id, session, f_cnt,
             battery_mv, temperature_deci_c, stale_due_at, is_orphan, is_waiting, fold)
           SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[], $5::text[], $6::bigint[],
             $7::integer[], $8::integer[], $9::timestamptz[], $10::boolean[], $11::boolean[], $12::text[])
           ON CONFLICT (tenant_id, dev_eui) DO UPDATE SET last_heard_at = excluded.last_heard_at,
             last_frame_id = excluded.last_frame_id, session = excluded.session, f_cnt = excluded.f_cnt,
             battery_mv = excluded.battery_mv, temperature_deci_c = excluded.temperature_deci_c,
             stale_due_at = excluded.stale_due_at, is_orphan = excluded.is_orphan,
             is_waiting = excluded.is_waiting, fold = excluded.fold`,
    values: [
      rows.map((row) => row.tenantId),
      rows.map((row) => row.devEui),
      rows.map((row) => row.lastHeardAt),
      rows.map((row) => row.lastFrameId),
      rows.map((row) => plainOrNull(row.session)),
      rows.map((row) => row.fCnt),
      rows.map((row) => row.batteryMv),
      rows.map((row) => row.temperatureDeciC),
      rows.map((row) => row.staleDueAt),
      rows.map((row) => row.isOrphan),
      rows.map((row) => row.isWaiting),
      rows.map((row) => row.fold),
    ],
  };
}

export function park(devices: readonly ParkedDevice[]): Statement {
  const latest = [...new Map(devices.map((one) => [`${one.tenantId}/${one.devEui}`, one])).values()];
  return {
    name: 'parked-devices-park',
    text: `INSERT INTO sensing.parked_devices (tenant_id, dev_eui, since, reason, frame_id)
           SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::uuid[])
           ON CONFLICT (tenant_id, dev_eui) DO UPDATE SET reason = excluded.reason`,
    values: [
      latest.map((one) => one.tenantId),
      latest.map((one) => one.devEui),
      latest.map((one) => one.since),
      latest.map((one) => plain(one.reason)),
      latest.map((one) => one.frameId),
    ],
  };
}

export function unpark(devices: readonly DeviceKey[]): Statement {
  return {
    name: 'parked-devices-unpark',
    text: `DELETE FROM sensing.parked_devices WHERE (tenant_id, dev_eui) IN
             (SELECT * FROM unnest($1::uuid[], $2::text[]))`,
    values: [devices.map((one) => one.tenantId), devices.map((one) => one.devEui)],
  };
}
