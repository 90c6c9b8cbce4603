import { type DeviceKind } from '../../domain/device/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

export interface DeviceRow {
  readonly tenant_id: string;
  readonly dev_eui: string;
  readonly device_type: string;
  readonly kind: DeviceKind;
  readonly firmware: string | null;
  readonly status: 'live' | 'decommissioned';
  readonly registered_at: Instant;
  /** The claim in force; the device is the authority for it. */
  readonly space_id: string | null;
  readonly role: DeviceKind | null;
  readonly assigned_from: Instant | null;
  readonly process_id: string | null;
  /** When the store recorded the claim. */
  readonly claimed_at: Instant | null;
  readonly last_join_at: Instant | null;
  /** Of the device's stream. */
  readonly revision: number;
}

export const devicesTable: TableDefinition<DeviceRow> = {
  name: 'devices',
  columns: {
    tenant_id: is.uuid,
    dev_eui: is.text,
    device_type: is.text,
    kind: is.text,
    firmware: nullable(is.text),
    status: is.text,
    registered_at: is.instant,
    space_id: nullable(is.uuid),
    role: nullable(is.text),
    assigned_from: nullable(is.instant),
    process_id: nullable(is.uuid),
    claimed_at: nullable(is.instant),
    last_join_at: nullable(is.instant),
    revision: is.bigint,
  },
  key: ['tenant_id', 'dev_eui'],
  owner: 'dev_eui',
  guard: 'revision',
  indexes: ['(tenant_id, space_id) WHERE space_id IS NOT NULL'],
};
