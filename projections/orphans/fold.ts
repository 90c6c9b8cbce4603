import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type OrphanRow } from './table.ts';

/** Registered, or back in service, it is no orphan any more; decommissioned, it may be seen as one again (D4). */
export function foldOrphan(rows: readonly OrphanRow[], event: ProjectedEvent): readonly OrphanRow[] {
  const [orphan] = rows;
  switch (event.type) {
    case 'OrphanSeen':
      return orphan?.status === 'open' ? rows : [seen(event)];
    case 'DeviceRegistered':
    case 'DeviceRecommissioned':
      return orphan?.status !== 'open'
        ? rows
        : [{ ...orphan, status: 'adopted', adopted_at: event.occurredAt, revision: event.revision }];
    default:
      return rows;
  }
}

function seen(event: Extract<ProjectedEvent, { type: 'OrphanSeen' }>): OrphanRow {
  return {
    tenant_id: event.tenantId,
    dev_eui: event.entityId,
    status: 'open',
    first_seen_at: event.occurredAt,
    first_frame_id: event.data.first_frame_id,
    adopted_at: null,
    revision: event.revision,
  };
}
