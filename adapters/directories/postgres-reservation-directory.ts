import { type Pool } from 'pg';
import { type ReservationDirectory } from '../../application/ports/reservation-directory.ts';

/** The reservation directory in Postgres. One statement per call; safe from any number of processes. */
export class PostgresReservationDirectory implements ReservationDirectory {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async claim(tenantId: string, reservationId: string, spaceId: string) {
    const inserted = await this.#pool.query({
      name: 'reservation-directory-claim',
      text: `INSERT INTO directory.reservations (tenant_id, reservation_id, space_id)
             VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      values: [tenantId, reservationId, spaceId],
    });
    if (inserted.rowCount === 1) return { spaceId, isNew: true };
    const found = await this.find(tenantId, reservationId);
    // Rows are never deleted while the system runs, so a conflicting row is there to be read.
    if (found === null) throw new Error('a reservation directory row vanished between two statements');
    return { spaceId: found, isNew: false };
  }

  async takeOver(
    tenantId: string,
    reservationId: string,
    fromSpaceId: string,
    toSpaceId: string,
  ): Promise<boolean> {
    const updated = await this.#pool.query({
      name: 'reservation-directory-take-over',
      text: `UPDATE directory.reservations SET space_id = $4
             WHERE tenant_id = $1 AND reservation_id = $2 AND space_id = $3`,
      values: [tenantId, reservationId, fromSpaceId, toSpaceId],
    });
    return updated.rowCount === 1;
  }

  async find(tenantId: string, reservationId: string): Promise<string | null> {
    const found = await this.#pool.query<{ space_id: string }>({
      name: 'reservation-directory-find',
      text: 'SELECT space_id FROM directory.reservations WHERE tenant_id = $1 AND reservation_id = $2',
      values: [tenantId, reservationId],
    });
    return found.rows[0]?.space_id ?? null;
  }
}
