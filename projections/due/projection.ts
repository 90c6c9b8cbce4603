import { rowProjection } from '../runner/row-projection.ts';
import { foldDue } from './fold.ts';
import { dueTable } from './table.ts';

export const dueProjection = rowProjection({
  name: 'due',
  version: 1,
  table: dueTable,
  category: 'space',
  handles: [
    'OverrideApplied',
    'OverrideStarted',
    'OverrideExpired',
    'OverrideLifted',
    'ReservationRequested',
    'ReservationConfirmed',
    'ReservationExpired',
    'ReservationCancelled',
    'ReservationStarted',
    'ReservationFulfilled',
    'SpaceDecommissioned',
  ],
  fold: foldDue,
});
