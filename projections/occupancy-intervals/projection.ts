import { rowProjection } from '../runner/row-projection.ts';
import { foldOccupancy, reachOfOccupancy } from './fold.ts';
import { occupancyIntervalsTable } from './table.ts';

export const occupancyIntervalsProjection = rowProjection({
  name: 'occupancy_intervals',
  version: 2,
  table: occupancyIntervalsTable,
  category: 'space',
  handles: ['SpaceRegistered', 'OccupancyChanged', 'OccupancyHistoryCorrected', 'SpaceDecommissioned'],
  reach: { from: 'from_at', of: reachOfOccupancy },
  fold: foldOccupancy,
});
