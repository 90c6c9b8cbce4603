import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type ReservationRow } from './table.ts';

type Requested = Extract<ProjectedEvent, { type: 'ReservationRequested' }>;

/** One booking on one space. */
export function foldReservations(
  rows: readonly ReservationRow[],
  event: ProjectedEvent,
): readonly ReservationRow[] {
  switch (event.type) {
    case 'ReservationRequested':
      return rows.length > 0 ? rows : [requested(event)];
    case 'ReservationConfirmed': {
      const { terms } = event.data;
      return changed(rows, event, {
        status: 'CONFIRMED',
        terms,
        hold_expires_at: null,
        confirmed_at: event.occurredAt,
      });
    }
    case 'ReservationExpired':
      return changed(rows, event, { status: 'EXPIRED', ended_at: event.data.scheduled_at });
    case 'ReservationCancelled': {
      const { by, reason } = event.data;
      return changed(rows, event, {
        status: 'CANCELLED',
        ended_at: event.occurredAt,
        cancelled_by: by,
        reason_code: reason.code,
      });
    }
    case 'ReservationFulfilled': {
      const { at, evidence, freed_from } = event.data;
      return changed(rows, event, {
        status: 'FULFILLED',
        ended_at: at,
        end_evidence: evidence,
        freed_from: freed_from ?? null,
      });
    }
    default:
      return rows;
  }
}

function changed(
  rows: readonly ReservationRow[],
  event: ProjectedEvent,
  change: Partial<ReservationRow>,
): readonly ReservationRow[] {
  return rows.map((row) => ({ ...row, ...change, revision: event.revision }));
}

function requested({ data, ...place }: Requested): ReservationRow {
  return {
    tenant_id: place.tenantId,
    space_id: place.entityId,
    reservation_id: data.reservation_id,
    allocation_id: data.allocation_id,
    booking_id: data.booking_id ?? null,
    series_id: data.series_id ?? null,
    start_at: data.start,
    end_at: data.end,
    status: 'PENDING',
    hold_expires_at: data.hold_expires_at ?? null,
    subject_id: data.subject_id ?? null,
    holder: data.holder ?? null,
    terms: data.terms,
    booked_by: place.actor,
    requested_at: place.occurredAt,
    confirmed_at: null,
    ended_at: null,
    cancelled_by: null,
    reason_code: null,
    end_evidence: null,
    freed_from: null,
    revision: place.revision,
  };
}
