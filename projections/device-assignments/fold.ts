import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type DeviceAssignmentRow } from './table.ts';

/** The claims of a device that are in force. One that is released at its own beginning never was. */
export function foldAssignments(
  open: readonly DeviceAssignmentRow[],
  event: ProjectedEvent,
): readonly DeviceAssignmentRow[] {
  switch (event.type) {
    case 'DeviceAssignmentClaimed': {
      const { space_id, role, from, process_id } = event.data;
      const claimed: DeviceAssignmentRow = {
        tenant_id: event.tenantId,
        dev_eui: event.entityId,
        from_at: from,
        to_at: null,
        space_id,
        role,
        process_id,
        revision: event.revision,
      };
      return [...open.filter((row) => row.from_at !== from), claimed];
    }
    case 'DeviceAssignmentReleased': {
      const { space_id, to } = event.data;
      return open
        .filter((row) => row.space_id !== space_id || row.from_at < to)
        .map((row) => (row.space_id === space_id ? { ...row, to_at: to, revision: event.revision } : row));
    }
    default:
      return open;
  }
}
