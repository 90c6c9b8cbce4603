import { reachOf } from '../history/correction.ts';
import { rowProjection } from '../runner/row-projection.ts';
import { foldSessions } from './fold.ts';
import { sessionsTable } from './table.ts';

export const sessionsProjection = rowProjection({
  name: 'sessions',
  version: 2,
  table: sessionsTable,
  category: 'space',
  handles: ['OccupancyChanged', 'OccupancyHistoryCorrected', 'SpaceDecommissioned'],
  reach: { from: 'start_at', of: reachOf },
  fold: foldSessions,
});
