import { defaultPolicy } from '../../domain/policy/policy.ts';
import { computeState } from '../../domain/space/compute-state.ts';
import { evolve, initialSpace } from '../../domain/space/evolve.ts';
import { isOpen, nextBoundaryAt } from '../../domain/space/next-boundary.ts';
import { inputsOf, type LiveSpace } from '../../domain/space/state.ts';
import { laterOf } from '../../domain/time/instant.ts';
import { isSpaceEvent } from '../runner/of-category.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { blankSpace } from './blank-space.ts';
import { type SpaceFacts, type SpaceRow } from './table.ts';

/** One row per space: the aggregate's own fold, kept as far as state and its future need it. */
export function foldSpace(rows: readonly SpaceRow[], event: ProjectedEvent): readonly SpaceRow[] {
  if (!isSpaceEvent(event)) return rows;
  const [row] = rows;
  const space = evolve(row === undefined ? initialSpace : toSpace(row), event);
  return space.status === 'unregistered' ? rows : [toRow(space, event, row)];
}

function toRow(space: LiveSpace, event: ProjectedEvent, former: SpaceRow | undefined): SpaceRow {
  const asOf = former === undefined ? event.occurredAt : laterOf(former.as_of, event.occurredAt);
  const inputs = inputsOf(space);
  const { state, available } = computeState(inputs, asOf);
  return {
    tenant_id: event.tenantId,
    space_id: event.entityId,
    site_id: space.siteId,
    zone_id: space.zoneId,
    code: space.code,
    name: space.name,
    building: space.building,
    attributes: space.attributes,
    lat_e7: space.location?.lat_e7 ?? null,
    lon_e7: space.location?.lon_e7 ?? null,
    status: space.status,
    commissioned_at: space.commissionedAt,
    decommissioned_at: space.decommissionedAt,
    state,
    available,
    ...announced(event, former),
    occupancy: space.occupancy.value,
    occupancy_since: space.occupancy.since,
    sensor_eui: space.sensors.find((one) => one.to === null)?.devEui ?? null,
    display_euis: space.displays.filter((one) => one.to === null).map((one) => one.devEui),
    as_of: asOf,
    next_boundary_at: nextBoundaryAt(inputs, asOf),
    facts: toFacts(space),
    revision: event.revision,
  };
}

/** Since when and why the state is what it is, as it was announced. */
function announced(
  event: ProjectedEvent,
  former: SpaceRow | undefined,
): Pick<SpaceRow, 'state_since' | 'cause_event' | 'cause_id'> {
  if (event.type === 'SpaceStateChanged') {
    const { effective_at, cause } = event.data;
    return { state_since: effective_at, cause_event: cause.event, cause_id: cause.id ?? null };
  }
  if (former === undefined) return { state_since: event.occurredAt, cause_event: event.type, cause_id: null };
  return {
    state_since: former.state_since,
    cause_event: former.cause_event,
    cause_id: former.cause_id,
  };
}

function toFacts(space: LiveSpace): SpaceFacts {
  const { values, policy_version: policyVersion } = space.policy;
  return {
    overrides: space.overrides,
    // What is over has no say any more; the aggregate keeps it only to recognise repeats.
    reservations: space.reservations.filter(isOpen),
    occupancy: space.occupancy,
    unknownState: values.unknown_state,
    bookingBufferS: values.booking_buffer_s,
    nextSeq: space.nextSeq,
    policyVersion,
    sensors: space.sensors.filter((one) => one.to === null),
    displays: space.displays.filter((one) => one.to === null),
  };
}

function toSpace(row: SpaceRow): LiveSpace {
  const { facts } = row;
  const values = {
    ...defaultPolicy.values,
    unknown_state: facts.unknownState,
    booking_buffer_s: facts.bookingBufferS,
  };
  return {
    ...blankSpace,
    status: row.status,
    siteId: row.site_id,
    zoneId: row.zone_id,
    code: row.code,
    name: row.name,
    building: row.building,
    attributes: row.attributes,
    location: row.lat_e7 === null || row.lon_e7 === null ? null : { lat_e7: row.lat_e7, lon_e7: row.lon_e7 },
    commissionedAt: row.commissioned_at,
    decommissionedAt: row.decommissioned_at,
    policy: { policy_version: facts.policyVersion, values },
    sensors: facts.sensors,
    displays: facts.displays,
    occupancy: facts.occupancy,
    overrides: facts.overrides,
    reservations: facts.reservations,
    nextSeq: facts.nextSeq,
  };
}
