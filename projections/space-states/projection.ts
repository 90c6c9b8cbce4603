import { rowProjection } from '../runner/row-projection.ts';
import { foldSpaceStates } from './fold.ts';
import { spaceStatesTable } from './table.ts';

export const spaceStatesProjection = rowProjection({
  name: 'space_states',
  version: 1,
  table: spaceStatesTable,
  category: 'space',
  handles: ['SpaceStateChanged', 'SpaceDecommissioned'],
  fold: foldSpaceStates,
});
