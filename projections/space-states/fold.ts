import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type SpaceStateRow } from './table.ts';

/** The announced state that holds, if any; the next announcement ends it. */
export function foldSpaceStates(
  open: readonly SpaceStateRow[],
  event: ProjectedEvent,
): readonly SpaceStateRow[] {
  switch (event.type) {
    case 'SpaceStateChanged':
      return [...ended(open, event.data.effective_at, event.revision), announced(event)];
    case 'SpaceDecommissioned':
      return ended(open, event.data.at, event.revision);
    default:
      return open;
  }
}

function ended(open: readonly SpaceStateRow[], at: Instant, revision: number): readonly SpaceStateRow[] {
  return open.map((row) => ({ ...row, to_at: laterOf(row.from_at, at), revision }));
}

function announced(event: Extract<ProjectedEvent, { type: 'SpaceStateChanged' }>): SpaceStateRow {
  const { from, to, available, cause, tags, effective_at, rules_version } = event.data;
  return {
    tenant_id: event.tenantId,
    space_id: event.entityId,
    from_revision: event.revision,
    from_at: effective_at,
    to_at: null,
    former_state: from,
    state: to,
    available,
    cause_event: cause.event,
    cause_id: cause.id ?? null,
    tags,
    rules_version,
    revision: event.revision,
  };
}
