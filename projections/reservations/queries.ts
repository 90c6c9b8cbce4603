import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { ciphertextSchema } from '../../domain/personal-data/ciphertext.ts';
import { type Terms } from '../../domain/policy/policy.ts';
import { type ReservationStatus } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import {
  all,
  behind,
  type Page,
  pageOf,
  type PageRequest,
  sorted,
  type SqlFragment,
} from '../reading/page.ts';
import { instant, json, nullableInstant } from '../reading/row-parsers.ts';
import { scopeConditions, type SpaceScope } from '../reading/space-scope.ts';

const reservationRow = z
  .object({
    reservation_id: z.string(),
    space_id: z.string(),
    booking_id: z.string().nullable(),
    series_id: z.string().nullable(),
    start_at: instant,
    end_at: instant,
    status: json<ReservationStatus>(),
    hold_expires_at: nullableInstant,
    subject_id: z.string().nullable(),
    holder: ciphertextSchema.nullable(),
    terms: json<Terms>(),
    requested_at: instant,
    booked_by: z.string().nullable(),
    confirmed_at: nullableInstant,
    ended_at: nullableInstant,
    cancelled_by: z.enum(['holder', 'operator', 'system']).nullable(),
    reason_code: z.string().nullable(),
    revision: z.number(),
  })
  .transform((row) => ({
    reservationId: row.reservation_id,
    spaceId: row.space_id,
    bookingId: row.booking_id,
    seriesId: row.series_id,
    start: row.start_at,
    end: row.end_at,
    status: row.status,
    holdExpiresAt: row.hold_expires_at,
    subjectId: row.subject_id,
    /** Ciphertext: whoever may see the holder decrypts it. */
    holder: row.holder,
    terms: row.terms,
    requestedAt: row.requested_at,
    bookedBy: row.booked_by,
    confirmedAt: row.confirmed_at,
    endedAt: row.ended_at,
    cancelledBy: row.cancelled_by,
    reasonCode: row.reason_code,
    /** Of the space's stream. */
    revision: row.revision,
  }));
export type ReservationView = z.infer<typeof reservationRow>;

export interface ReservationFilter extends SpaceScope {
  readonly subjectId?: string | undefined;
  readonly status?: ReservationStatus | undefined;
  /** The actor that asked for it. */
  readonly bookedBy?: string | undefined;
  /** Those whose interval touches [from, to). */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** What a booking is at an instant: one that is over by the clock is over, whoever has written that down (rule S2). */
function statusAt(at: Instant): SqlFragment {
  return sql.fragment`CASE
    WHEN status = 'PENDING' AND hold_expires_at <= ${at}::timestamptz THEN 'EXPIRED'
    WHEN status IN ('CONFIRMED', 'CHECKED_IN') AND end_at <= ${at}::timestamptz THEN 'FULFILLED'
    ELSE status END`;
}

function columns(at: Instant): SqlFragment {
  return sql.fragment`reservation_id, space_id, booking_id, series_id, start_at, end_at, ${statusAt(at)} AS status,
    hold_expires_at, subject_id, holder, terms, requested_at, booked_by, confirmed_at, ended_at, cancelled_by, reason_code,
    revision`;
}

/** A booking that was moved has a row on each space: the latest counts. */
export async function maybeOneReservation(
  database: CommonQueryMethods,
  tenantId: string,
  reservationId: string,
  at: Instant,
): Promise<ReservationView | null> {
  return database.maybeOne(sql.type(reservationRow)`
    SELECT ${columns(at)} FROM read_model.reservations
    WHERE tenant_id = ${tenantId}::uuid AND reservation_id = ${reservationId}::uuid
    ORDER BY requested_at DESC, space_id LIMIT 1`);
}

export async function manyReservations(
  database: CommonQueryMethods,
  tenantId: string,
  filter: ReservationFilter,
  page: PageRequest,
  at: Instant,
): Promise<Page<ReservationView>> {
  const key = [
    { column: sql.fragment`start_at`, type: 'timestamptz' as const },
    { column: sql.fragment`reservation_id`, type: 'uuid' as const },
    { column: sql.fragment`space_id`, type: 'uuid' as const },
  ];
  const rows = await database.any(sql.type(reservationRow)`
    SELECT ${columns(at)} FROM read_model.reservations
    WHERE ${all([...conditionsOf(tenantId, filter, at), behind(key, page)])}
    ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}`);
  return pageOf(
    rows,
    page.limit,
    (row) => [row.start, row.reservationId, row.spaceId],
    (row) => row,
  );
}

function conditionsOf(tenantId: string, filter: ReservationFilter, at: Instant): SqlFragment[] {
  const { subjectId, status, bookedBy, from, to } = filter;
  const conditions = scopeConditions(tenantId, filter);
  if (subjectId !== undefined) conditions.push(sql.fragment`subject_id = ${subjectId}::uuid`);
  if (status !== undefined) conditions.push(sql.fragment`${statusAt(at)} = ${status}`);
  if (bookedBy !== undefined) conditions.push(sql.fragment`booked_by = ${bookedBy}`);
  if (from !== undefined) conditions.push(sql.fragment`end_at > ${from}::timestamptz`);
  if (to !== undefined) conditions.push(sql.fragment`start_at < ${to}::timestamptz`);
  return conditions;
}
