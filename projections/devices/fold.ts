import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type DeviceRow } from './table.ts';

const unassigned = { space_id: null, role: null, assigned_from: null, process_id: null, claimed_at: null };

export function foldDevice(rows: readonly DeviceRow[], event: ProjectedEvent): readonly DeviceRow[] {
  const [device] = rows;
  if (device === undefined) return event.type === 'DeviceRegistered' ? [registered(event)] : rows;
  return [{ ...changed(device, event), revision: event.revision }];
}

function registered(event: Extract<ProjectedEvent, { type: 'DeviceRegistered' }>): DeviceRow {
  const { device_type, kind, firmware } = event.data;
  return {
    tenant_id: event.tenantId,
    dev_eui: event.entityId,
    device_type,
    kind,
    firmware: firmware ?? null,
    status: 'live',
    registered_at: event.occurredAt,
    ...unassigned,
    last_join_at: null,
    revision: event.revision,
  };
}

function changed(device: DeviceRow, event: ProjectedEvent): DeviceRow {
  switch (event.type) {
    case 'DeviceTypeChanged': {
      const { device_type, firmware } = event.data;
      return { ...device, device_type, firmware: firmware ?? device.firmware };
    }
    case 'DeviceAssignmentClaimed': {
      const { space_id, role, from, process_id } = event.data;
      return { ...device, space_id, role, assigned_from: from, process_id, claimed_at: event.recordedAt };
    }
    case 'DeviceAssignmentReleased':
      return event.data.space_id === device.space_id ? { ...device, ...unassigned } : device;
    case 'DeviceDecommissioned':
      return { ...device, status: 'decommissioned' };
    case 'DeviceRecommissioned':
      return { ...device, status: 'live' };
    case 'DeviceJoined':
      return { ...device, last_join_at: event.data.at };
    default:
      return device;
  }
}
