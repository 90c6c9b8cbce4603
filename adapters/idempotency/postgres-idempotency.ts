import { type Pool } from 'pg';
import {
  type Begun,
  type IdempotencyRecords,
  type StoredAnswer,
} from '../../application/ports/idempotency-records.ts';

/** A record without an answer that is older than this belongs to a process that died. */
const ABANDONED_AFTER = '1 minute';
const KEPT = '24 hours';

interface Row {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
}

/** Idempotency records in Postgres: shared by all processes, not rebuildable from events. */
export class PostgresIdempotency implements IdempotencyRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async begin(scope: string, fingerprint: string): Promise<Begun> {
    const taken = await this.#pool.query(
      `INSERT INTO api.idempotency AS kept (scope, fingerprint, begun_at) VALUES ($1, $2, now())
       ON CONFLICT (scope) DO UPDATE SET fingerprint = excluded.fingerprint, begun_at = now(),
         status = NULL, headers = NULL, body = NULL
       WHERE kept.begun_at < now() - interval '${KEPT}'
          OR (kept.status IS NULL AND kept.fingerprint = excluded.fingerprint
              AND kept.begun_at < now() - interval '${ABANDONED_AFTER}')`,
      [scope, fingerprint],
    );
    if (taken.rowCount === 1) return { kind: 'new' };
    const { rows } = await this.#pool.query<Row>(
      'SELECT fingerprint, status, headers, body FROM api.idempotency WHERE scope = $1',
      [scope],
    );
    const [row] = rows;
    // It was given up between the two statements: the sender may try again.
    if (row === undefined) return { kind: 'in-progress' };
    if (row.fingerprint !== fingerprint) return { kind: 'mismatch' };
    if (row.status === null) return { kind: 'in-progress' };
    return {
      kind: 'replay',
      answer: { status: row.status, headers: row.headers ?? {}, body: row.body ?? '' },
    };
  }

  async finish(scope: string, answer: StoredAnswer): Promise<void> {
    await this.#pool.query(
      'UPDATE api.idempotency SET status = $2, headers = $3, body = $4 WHERE scope = $1',
      [scope, answer.status, JSON.stringify(answer.headers), answer.body],
    );
  }

  async abandon(scope: string): Promise<void> {
    await this.#pool.query('DELETE FROM api.idempotency WHERE scope = $1 AND status IS NULL', [scope]);
  }

  /** Forgets what is older than a day. Answers how many. */
  async sweep(): Promise<number> {
    const swept = await this.#pool.query(
      `DELETE FROM api.idempotency WHERE begun_at < now() - interval '${KEPT}'`,
    );
    return swept.rowCount ?? 0;
  }
}
