import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type TenantRow } from './table.ts';

export function foldTenant(rows: readonly TenantRow[], event: ProjectedEvent): readonly TenantRow[] {
  const [tenant] = rows;
  if (tenant === undefined) return event.type === 'TenantRegistered' ? [registered(event)] : rows;
  return [{ ...tenant, suspended: isSuspended(tenant, event), revision: event.revision }];
}

function isSuspended(tenant: TenantRow, { type }: ProjectedEvent): boolean {
  if (type === 'TenantSuspended') return true;
  return type === 'TenantResumed' ? false : tenant.suspended;
}

function registered(event: Extract<ProjectedEvent, { type: 'TenantRegistered' }>): TenantRow {
  const { name, mode, plan } = event.data;
  return {
    tenant_id: event.tenantId,
    name,
    mode,
    plan,
    suspended: false,
    registered_at: event.occurredAt,
    revision: event.revision,
  };
}
