import { type Ciphertext } from '../../domain/personal-data/ciphertext.ts';
import { type Terms } from '../../domain/policy/policy.ts';
import { type ReservationStatus } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** A booking on one space. A booking that moves has a row on each. The holder is there as ciphertext only. */
export interface ReservationRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly reservation_id: string;
  readonly allocation_id: string;
  readonly booking_id: string | null;
  readonly series_id: string | null;
  readonly start_at: Instant;
  readonly end_at: Instant;
  /** As recorded; one that is over by the clock is shown as over when it is read. */
  readonly status: ReservationStatus;
  readonly hold_expires_at: Instant | null;
  readonly subject_id: string | null;
  readonly holder: Ciphertext | null;
  readonly terms: Terms;
  readonly requested_at: Instant;
  /** Who asked for it: the actor of the request. */
  readonly booked_by: string | null;
  readonly confirmed_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly cancelled_by: 'holder' | 'operator' | 'system' | null;
  readonly reason_code: string | null;
  /** How the end was known, for one that was fulfilled. */
  readonly end_evidence: 'departure' | 'end' | 'none' | null;
  readonly freed_from: Instant | null;
  readonly revision: number;
}

export const reservationsTable: TableDefinition<ReservationRow> = {
  name: 'reservations',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    reservation_id: is.uuid,
    allocation_id: is.uuid,
    booking_id: nullable(is.uuid),
    series_id: nullable(is.uuid),
    start_at: is.instant,
    end_at: is.instant,
    status: is.text,
    hold_expires_at: nullable(is.instant),
    subject_id: nullable(is.uuid),
    holder: nullable(is.jsonb),
    terms: is.jsonb,
    requested_at: is.instant,
    booked_by: nullable(is.text),
    confirmed_at: nullable(is.instant),
    ended_at: nullable(is.instant),
    cancelled_by: nullable(is.text),
    reason_code: nullable(is.text),
    end_evidence: nullable(is.text),
    freed_from: nullable(is.instant),
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'reservation_id'],
  owner: 'space_id',
  guard: 'revision',
  indexes: [
    '(tenant_id, reservation_id)',
    '(tenant_id, start_at, reservation_id)',
    '(tenant_id, subject_id) WHERE subject_id IS NOT NULL',
  ],
};
