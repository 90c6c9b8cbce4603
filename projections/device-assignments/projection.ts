import { rowProjection } from '../runner/row-projection.ts';
import { foldAssignments } from './fold.ts';
import { deviceAssignmentsTable } from './table.ts';

export const deviceAssignmentsProjection = rowProjection({
  name: 'device_assignments',
  version: 1,
  table: deviceAssignmentsTable,
  category: 'device',
  handles: ['DeviceAssignmentClaimed', 'DeviceAssignmentReleased'],
  fold: foldAssignments,
});
