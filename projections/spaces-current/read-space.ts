import { type Attributes } from '../../domain/identity/names.ts';
import { effectiveOverride } from '../../domain/space/compute-state.ts';
import { type OccupancyValue, type OverrideKind, type StateName } from '../../domain/space/events.ts';
import { availableUntil, nextAvailableSlot } from '../../domain/space/next-boundary.ts';
import { type Occupancy, type Reservation, type ReservationStatus } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { stateAt } from './state-at.ts';
import { type SpaceFacts, type SpaceRow } from './table.ts';

/** A space as the API answers it (interface.md §4). */
export interface SpaceView {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly building: string | null;
  readonly site_id: string;
  readonly zone_id: string | null;
  readonly state: StateName;
  readonly available: boolean | null;
  readonly state_since: Instant;
  readonly cause: { readonly event: string; readonly id: string | null };
  readonly occupancy: {
    readonly value: OccupancyValue;
    readonly since: Instant;
    readonly stale_since: Instant | null;
    readonly last_heard_at: Instant | null;
    readonly source: 'sensor' | 'staff' | 'import' | null;
    /** Rank of the source: 1 historical, 3 automated, 5 manual; null where nobody knows. */
    readonly confidence: number | null;
  };
  readonly override: {
    readonly id: string;
    readonly kind: OverrideKind;
    readonly starts_at: Instant;
    readonly ends_at: Instant | null;
  } | null;
  readonly reservation: {
    readonly id: string;
    readonly start_time: Instant;
    readonly end_time: Instant;
    readonly status: ReservationStatus;
  } | null;
  readonly next_boundary_at: Instant | null;
  readonly available_until: Instant | null;
  readonly next_available_slot: Instant | null;
  readonly attributes: Attributes;
  readonly location: { readonly lat: number; readonly lon: number } | null;
  readonly sensor_eui: string | null;
  readonly display_euis: readonly string[];
  readonly commissioned_at: Instant;
  readonly decommissioned_at: Instant | null;
  readonly revision: number;
}

/** What a query reads of the table. */
export type StoredSpace = Omit<SpaceRow, 'tenant_id'>;

export function readSpace(row: StoredSpace, at: Instant): SpaceView {
  const { facts } = row;
  const now = stateAt(row, at);
  return {
    id: row.space_id,
    code: row.code,
    name: row.name,
    building: row.building,
    site_id: row.site_id,
    zone_id: row.zone_id,
    state: now.state,
    available: row.status === 'live' ? now.available : false,
    state_since: now.since,
    cause: now.cause,
    occupancy: readOccupancy(facts.occupancy),
    override: readOverride(facts, at),
    reservation: readReservation(facts, at),
    next_boundary_at: now.nextBoundaryAt,
    available_until: availableUntil(facts, at),
    next_available_slot: row.status === 'live' ? nextAvailableSlot(facts, at, facts.bookingBufferS) : null,
    attributes: row.attributes,
    location: readLocation(row),
    sensor_eui: row.sensor_eui,
    display_euis: row.display_euis,
    commissioned_at: row.commissioned_at,
    decommissioned_at: row.decommissioned_at,
    revision: row.revision,
  };
}

const CONFIDENCE = { import: 1, sensor: 3, staff: 5 } as const;

function readOccupancy(occupancy: Occupancy): SpaceView['occupancy'] {
  const { value, since, source, lastKnown, lastHeardAt } = occupancy;
  const isKnown = value !== 'UNKNOWN';
  return {
    value,
    since,
    stale_since: !isKnown && lastKnown !== null ? since : null,
    last_heard_at: lastHeardAt,
    source,
    confidence: isKnown && source !== null ? CONFIDENCE[source] : null,
  };
}

function readOverride(facts: SpaceFacts, at: Instant): SpaceView['override'] {
  const override = effectiveOverride(facts.overrides, at);
  if (override === null) return null;
  const { id, kind, startsAt, endsAt } = override;
  return { id, kind, starts_at: startsAt, ends_at: endsAt };
}

/** The current one, else the next. */
function readReservation(facts: SpaceFacts, at: Instant): SpaceView['reservation'] {
  let next: Reservation | null = null;
  for (const one of facts.reservations) {
    const counts = one.status === 'CONFIRMED' || one.status === 'CHECKED_IN';
    if (counts && one.end > at && (next === null || one.start < next.start)) next = one;
  }
  if (next === null) return null;
  return { id: next.id, start_time: next.start, end_time: next.end, status: next.status };
}

function readLocation({ lat_e7, lon_e7 }: StoredSpace): SpaceView['location'] {
  return lat_e7 === null || lon_e7 === null ? null : { lat: lat_e7 / 1e7, lon: lon_e7 / 1e7 };
}
