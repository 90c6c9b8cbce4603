import { rowProjection } from '../runner/row-projection.ts';
import { foldSessions } from './fold.ts';
import { sessionsTable } from './table.ts';

export const sessionsProjection = rowProjection({
  name: 'sessions',
  version: 1,
  table: sessionsTable,
  category: 'space',
  handles: ['OccupancyChanged', 'SpaceDecommissioned'],
  fold: foldSessions,
});
