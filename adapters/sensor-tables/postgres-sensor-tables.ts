import { type Pool, type PoolClient } from 'pg';
import {
  type DeviceKey,
  type DeviceRow,
  type KeptLine,
  type ParkedDevice,
  type SensorCheckpoint,
  type SensorCommit,
  type SensorLease,
  type SensorTables,
  type SilentDevice,
} from '../../application/ports/sensor-tables.ts';
import { type Instant } from '../../domain/time/instant.ts';
import {
  type CheckpointRecord,
  checkpointOf,
  type DeviceRecord,
  deviceOf,
  instantSql,
  type ReadingRecord,
  readingOf,
} from './rows.ts';
import {
  advance,
  changeOutcomes,
  insertReadings,
  park,
  type Statement,
  unpark,
  upsertDevices,
} from './writes.ts';

const NAME = 'sensor-process';

/** The tables of the sensor process in Postgres (schema `sensing`). */
export class PostgresSensorTables implements SensorTables {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async acquire(owner: string, leaseMs: number) {
    await this.#pool.query('INSERT INTO sensing.checkpoint (name) VALUES ($1) ON CONFLICT DO NOTHING', [
      NAME,
    ]);
    const { rows } = await this.#pool.query<CheckpointRecord>(
      `UPDATE sensing.checkpoint
       SET owner = $2, epoch = epoch + 1, lease_until = now() + $3 * interval '1 millisecond'
       WHERE name = $1 AND (owner IS NULL OR owner = $2 OR lease_until < now())
       RETURNING *`,
      [NAME, owner, leaseMs],
    );
    const [record] = rows;
    if (record === undefined) return null;
    const lease = { owner, epoch: Number(record.epoch), version: Number(record.version) };
    return { lease, checkpoint: checkpointOf(record) };
  }

  async renew(lease: SensorLease, leaseMs: number): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `UPDATE sensing.checkpoint SET lease_until = now() + $3 * interval '1 millisecond'
       WHERE name = $1 AND epoch = $2`,
      [NAME, lease.epoch, leaseMs],
    );
    return rowCount === 1;
  }

  async release(lease: SensorLease): Promise<void> {
    await this.#pool.query('UPDATE sensing.checkpoint SET owner = NULL WHERE name = $1 AND epoch = $2', [
      NAME,
      lease.epoch,
    ]);
  }

  async commit(lease: SensorLease, commit: SensorCommit): Promise<SensorLease | null> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const isOurs = (await run(client, advance(NAME, lease, commit.checkpoint))) === 1;
      if (isOurs) await write(client, commit);
      await client.query(isOurs ? 'COMMIT' : 'ROLLBACK');
      return isOurs ? { ...lease, version: lease.version + 1 } : null;
    } catch (error) {
      // The connection may be in the middle of anything: it is not used again, and the server rolls back.
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** How far everything has been handled, for those who are not in charge. */
  async checkpoint(): Promise<SensorCheckpoint> {
    const { rows } = await this.#pool.query<CheckpointRecord>(
      'SELECT * FROM sensing.checkpoint WHERE name = $1',
      [NAME],
    );
    const [record] = rows;
    return record === undefined ? { frames: null, devices: null, foldUntil: null } : checkpointOf(record);
  }

  async devices(keys: readonly DeviceKey[]): Promise<readonly DeviceRow[]> {
    const { rows } = await this.#pool.query<DeviceRecord>({
      name: 'device-liveness-find',
      text: `SELECT tenant_id, dev_eui, ${instantSql('last_heard_at')}, last_frame_id, session, f_cnt, battery_mv,
               temperature_deci_c, ${instantSql('stale_due_at')}, is_orphan, is_waiting, fold
             FROM sensing.device_liveness JOIN unnest($1::uuid[], $2::text[]) AS wanted (tenant_id, dev_eui)
               USING (tenant_id, dev_eui)`,
      values: [keys.map((key) => key.tenantId), keys.map((key) => key.devEui)],
    });
    return rows.map(deviceOf);
  }

  async waiting(): Promise<readonly DeviceKey[]> {
    const { rows } = await this.#pool.query<{ tenant_id: string; dev_eui: string }>(
      'SELECT tenant_id, dev_eui FROM sensing.device_liveness WHERE is_waiting ORDER BY tenant_id, dev_eui',
    );
    return rows.map((row) => ({ tenantId: row.tenant_id, devEui: row.dev_eui }));
  }

  async parked(): Promise<readonly ParkedDevice[]> {
    const { rows } = await this.#pool.query<{
      tenant_id: string;
      dev_eui: string;
      since: Instant;
      reason: string;
      frame_id: string | null;
    }>(
      `SELECT tenant_id, dev_eui, ${instantSql('since')}, reason, frame_id
       FROM sensing.parked_devices ORDER BY tenant_id, dev_eui`,
    );
    return rows.map(({ tenant_id, dev_eui, frame_id, ...row }) => ({
      ...row,
      tenantId: tenant_id,
      devEui: dev_eui,
      frameId: frame_id,
    }));
  }

  async silentBy(through: Instant, limit: number): Promise<readonly SilentDevice[]> {
    const { rows } = await this.#pool.query<{ tenant_id: string; dev_eui: string; stale_due_at: Instant }>({
      name: 'device-liveness-silent',
      text: `SELECT tenant_id, dev_eui, ${instantSql('device.stale_due_at', 'stale_due_at')}
             FROM sensing.device_liveness AS device
             WHERE device.stale_due_at <= $1::timestamptz
             ORDER BY device.stale_due_at
             LIMIT $2`,
      values: [through, limit],
    });
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      devEui: row.dev_eui,
      staleDueAt: row.stale_due_at,
    }));
  }

  async line(key: DeviceKey, from: Instant, before: number): Promise<KeptLine> {
    const { rows } = await this.#pool.query<ReadingRecord & { readonly is_before: boolean }>({
      name: 'sensor-readings-line',
      text: `SELECT * FROM (
               (SELECT ${READING_COLUMNS}, true AS is_before, reading.effective_at AS sent_at
                FROM sensing.sensor_readings AS reading
                WHERE tenant_id = $1 AND dev_eui = $2 AND kind IN ('up', 'join')
                  AND reading.effective_at < $3::timestamptz
                ORDER BY reading.effective_at DESC, frame_id DESC
                LIMIT $4)
               UNION ALL
               (SELECT ${READING_COLUMNS}, false, reading.effective_at
                FROM sensing.sensor_readings AS reading
                WHERE tenant_id = $1 AND dev_eui = $2 AND kind IN ('up', 'join')
                  AND reading.effective_at >= $3::timestamptz)
             ) AS line
             ORDER BY sent_at, frame_id`,
      values: [key.tenantId, key.devEui, from, before + 1],
    });
    const earlier = rows.filter(({ is_before }) => is_before).length;
    const isWhole = earlier <= before;
    return { rows: (isWhole ? rows : rows.slice(1)).map(readingOf), isWhole };
  }
}

const READING_COLUMNS = `tenant_id, frame_id, dev_eui, kind, ${instantSql('received_at')}, ${instantSql('occurred_at')},
  time_source, clock_suspect, ${instantSql('reading.effective_at', 'effective_at')}, session, f_cnt, f_port, payload,
  outcome, detail, space_id, decoded, stream, revision`;

async function write(client: PoolClient, commit: SensorCommit): Promise<void> {
  if (commit.rows.length > 0) await run(client, insertReadings(commit.rows));
  if (commit.outcomes.length > 0) await run(client, changeOutcomes(commit.outcomes));
  if (commit.devices.length > 0) await run(client, upsertDevices(commit.devices));
  if (commit.unparked.length > 0) await run(client, unpark(commit.unparked));
  if (commit.parked.length > 0) await run(client, park(commit.parked));
}

async function run(client: PoolClient, { name, text, values }: Statement): Promise<number> {
  const { rowCount } = await client.query({ name, text, values: [...values] });
  return rowCount ?? 0;
}
