import { rowProjection } from '../runner/row-projection.ts';
import { foldSpaceZones } from './fold.ts';
import { spaceZonesTable } from './table.ts';

export const spaceZonesProjection = rowProjection({
  name: 'space_zone_history',
  version: 1,
  table: spaceZonesTable,
  category: 'space',
  handles: ['SpaceRegistered', 'SpaceMovedToZone'],
  fold: foldSpaceZones,
});
