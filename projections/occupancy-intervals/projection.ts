import { rowProjection } from '../runner/row-projection.ts';
import { foldOccupancy } from './fold.ts';
import { occupancyIntervalsTable } from './table.ts';

export const occupancyIntervalsProjection = rowProjection({
  name: 'occupancy_intervals',
  version: 1,
  table: occupancyIntervalsTable,
  category: 'space',
  handles: ['SpaceRegistered', 'OccupancyChanged', 'SpaceDecommissioned'],
  fold: foldOccupancy,
});
