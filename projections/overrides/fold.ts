import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type OverrideRow } from './table.ts';

/** The overrides of a space that have not ended. */
export function foldOverrides(open: readonly OverrideRow[], event: ProjectedEvent): readonly OverrideRow[] {
  switch (event.type) {
    case 'OverrideApplied':
      return [...open, applied(event)];
    case 'OverrideExpired': {
      const { override_id, scheduled_at } = event.data;
      return changed(open, event, override_id, { ended_at: scheduled_at, end_cause: 'expired' });
    }
    case 'OverrideLifted': {
      const { override_id } = event.data;
      const lifted = { ended_at: event.occurredAt, end_cause: 'lifted', lifted_by: event.actor } as const;
      return changed(open, event, override_id, lifted);
    }
    case 'SpaceDecommissioned': {
      const { at } = event.data;
      const end = { ended_at: at, end_cause: 'decommissioned', revision: event.revision } as const;
      return open.map((row) => ({ ...row, ...end }));
    }
    default:
      return open;
  }
}

function changed(
  open: readonly OverrideRow[],
  { revision }: ProjectedEvent,
  overrideId: string,
  change: Partial<OverrideRow>,
): readonly OverrideRow[] {
  return open.map((row) => (row.override_id === overrideId ? { ...row, ...change, revision } : row));
}

function applied(event: Extract<ProjectedEvent, { type: 'OverrideApplied' }>): OverrideRow {
  const { override_id, kind, reason, starts_at, ends_at } = event.data;
  return {
    tenant_id: event.tenantId,
    space_id: event.entityId,
    override_id,
    kind,
    reason,
    applied_by: event.actor,
    applied_at: event.occurredAt,
    starts_at,
    ends_at: ends_at ?? null,
    ended_at: null,
    end_cause: null,
    lifted_by: null,
    revision: event.revision,
  };
}
