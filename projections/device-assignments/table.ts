import { type DeviceKind } from '../../domain/device/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

/** Which space a device watched (or showed) in [from_at, to_at), by the device's own claims. */
export interface DeviceAssignmentRow {
  readonly tenant_id: string;
  readonly dev_eui: string;
  readonly from_at: Instant;
  readonly to_at: Instant | null;
  readonly space_id: string;
  readonly role: DeviceKind;
  readonly process_id: string;
  readonly revision: number;
}

export const deviceAssignmentsTable: TableDefinition<DeviceAssignmentRow> = {
  name: 'device_assignments',
  columns: {
    tenant_id: is.uuid,
    dev_eui: is.text,
    from_at: is.instant,
    to_at: nullable(is.instant),
    space_id: is.uuid,
    role: is.text,
    process_id: is.uuid,
    revision: is.bigint,
  },
  key: ['tenant_id', 'dev_eui', 'from_at'],
  owner: 'dev_eui',
  guard: 'revision',
  indexes: ['(tenant_id, space_id, from_at)'],
  live: { condition: 't.to_at IS NULL', of: (row) => row.to_at === null },
};
