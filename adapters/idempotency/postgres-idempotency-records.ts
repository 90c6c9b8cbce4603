import { type Pool } from 'pg';
import {
  type Begun,
  type IdempotencyRecords,
  type StoredAnswer,
} from '../../application/ports/idempotency-records.ts';

const KEPT_HOURS = 24;
/** Longer than any request runs: a record without an answer that is older belongs to a process that died. */
const RUNNING_S = 60;

interface Row {
  readonly mine: boolean;
  readonly fingerprint: string;
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly body: string | null;
}

/** Answers by idempotency key, in Postgres: safe from any number of processes. Times are the database's own. */
export class PostgresIdempotencyRecords implements IdempotencyRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async begin(scope: string, fingerprint: string): Promise<Begun> {
    // Rows may go between the insertion that found one and the look at it; then there is room for ours.
    for (;;) {
      const row = (await this.#claim(scope, fingerprint)) ?? (await this.#find(scope));
      if (row === null) continue;
      if (row.mine) return { kind: 'new' };
      if (row.fingerprint !== fingerprint) return { kind: 'mismatch' };
      if (row.status === null) return { kind: 'in-progress' };
      const { status, headers, body } = row;
      return { kind: 'replay', answer: { status, headers: headers ?? {}, body: body ?? '' } };
    }
  }

  async finish(scope: string, { status, headers, body }: StoredAnswer): Promise<void> {
    await this.#pool.query({
      name: 'idempotency-finish',
      text: 'UPDATE api.idempotency SET status = $2, headers = $3, body = $4 WHERE scope = $1',
      values: [scope, status, JSON.stringify(headers), body],
    });
  }

  async abandon(scope: string): Promise<void> {
    await this.#pool.query({
      name: 'idempotency-abandon',
      text: 'DELETE FROM api.idempotency WHERE scope = $1 AND status IS NULL',
      values: [scope],
    });
  }

  /** Deletes what is past its time; answers how many there were. For a worker, now and then. */
  async deleteExpired(): Promise<number> {
    const deleted = await this.#pool.query(
      'DELETE FROM api.idempotency WHERE begun_at < now() - make_interval(hours => $1)',
      [KEPT_HOURS],
    );
    return deleted.rowCount ?? 0;
  }

  /** Takes the place if it is free, or was left by a request whose time is over. */
  async #claim(scope: string, fingerprint: string): Promise<Row | null> {
    const claimed = await this.#pool.query<Row>({
      name: 'idempotency-claim',
      text: `INSERT INTO api.idempotency AS r (scope, fingerprint, begun_at) VALUES ($1, $2, clock_timestamp())
             ON CONFLICT (scope) DO UPDATE
             SET fingerprint = EXCLUDED.fingerprint, begun_at = EXCLUDED.begun_at,
               status = NULL, headers = NULL, body = NULL
             WHERE r.begun_at < EXCLUDED.begun_at - make_interval(hours => $3)
               OR (r.status IS NULL AND r.fingerprint = EXCLUDED.fingerprint
                   AND r.begun_at < EXCLUDED.begun_at - make_interval(secs => $4))
             RETURNING true AS mine, fingerprint, status, headers, body`,
      values: [scope, fingerprint, KEPT_HOURS, RUNNING_S],
    });
    return claimed.rows[0] ?? null;
  }

  async #find(scope: string): Promise<Row | null> {
    const found = await this.#pool.query<Row>({
      name: 'idempotency-find',
      text: `SELECT false AS mine, fingerprint, status, headers, body FROM api.idempotency WHERE scope = $1`,
      values: [scope],
    });
    return found.rows[0] ?? null;
  }
}
