import { defaultPolicy } from '../../domain/policy/policy.ts';
import { computeState } from '../../domain/space/compute-state.ts';
import { evolve, initialSpace } from '../../domain/space/evolve.ts';
import { isOpen, nextBoundaryAt } from '../../domain/space/next-boundary.ts';
import { inputsOf, type LiveSpace } from '../../domain/space/state.ts';
import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { isSpaceEvent } from '../runner/of-category.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { blankSpace, withoutHistory } from './blank-space.ts';
import { type StoredSpace } from './read-space.ts';
import { type SpaceFacts, type SpaceRow } from './table.ts';

/** The aggregate's own fold, and what was announced. The row follows from it, whatever the batches were. */
export interface FoldedSpace {
  readonly tenantId: string;
  readonly spaceId: string;
  readonly space: LiveSpace;
  /** The latest instant at which something happened. */
  readonly asOf: Instant;
  /** Since when and why the state is what it is. */
  readonly since: Instant;
  readonly causeEvent: string;
  readonly causeId: string | null;
  readonly revision: number;
}

export function foldSpace(former: FoldedSpace | null, event: ProjectedEvent): FoldedSpace | null {
  if (!isSpaceEvent(event)) return former;
  const state = evolve(former === null ? initialSpace : former.space, event);
  if (state.status === 'unregistered') return former;
  const space = state.history === undefined ? state : withoutHistory(state);
  const announced = event.type === 'SpaceStateChanged' ? event.data : null;
  return {
    tenantId: event.tenantId,
    spaceId: event.entityId,
    space,
    asOf: former === null ? event.occurredAt : laterOf(former.asOf, event.occurredAt),
    since: announced?.effective_at ?? former?.since ?? event.occurredAt,
    causeEvent: announced?.cause.event ?? former?.causeEvent ?? event.type,
    causeId: announced === null ? (former?.causeId ?? null) : (announced.cause.id ?? null),
    revision: event.revision,
  };
}

export function toSpaceRow({ tenantId, ...folded }: FoldedSpace): SpaceRow {
  return { tenant_id: tenantId, ...toStoredSpace(folded) };
}

/** What a query reads of the row. */
export function toStoredSpace({ space, asOf, ...folded }: Omit<FoldedSpace, 'tenantId'>): StoredSpace {
  const inputs = inputsOf(space);
  const { state, available } = computeState(inputs, asOf);
  return {
    space_id: folded.spaceId,
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
    state_since: folded.since,
    cause_event: folded.causeEvent,
    cause_id: folded.causeId,
    occupancy: space.occupancy.value,
    occupancy_since: space.occupancy.since,
    sensor_eui: space.sensors.find((one) => one.to === null)?.devEui ?? null,
    display_euis: space.displays.filter((one) => one.to === null).map((one) => one.devEui),
    as_of: asOf,
    next_boundary_at: nextBoundaryAt(inputs, asOf),
    facts: toFacts(space),
    revision: folded.revision,
  };
}

export function fromSpaceRow(row: SpaceRow): FoldedSpace {
  return {
    tenantId: row.tenant_id,
    spaceId: row.space_id,
    space: toSpace(row),
    asOf: row.as_of,
    since: row.state_since,
    causeEvent: row.cause_event,
    causeId: row.cause_id,
    revision: row.revision,
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
