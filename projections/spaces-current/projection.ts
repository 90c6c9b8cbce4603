import { spaceEventTypes } from '../runner/of-category.ts';
import { stateProjection } from '../runner/state-projection.ts';
import { foldSpace, fromSpaceRow, toSpaceRow } from './fold.ts';
import { spacesCurrentTable } from './table.ts';

export const spacesCurrentProjection = stateProjection({
  name: 'spaces_current',
  version: 2,
  table: spacesCurrentTable,
  category: 'space',
  handles: spaceEventTypes,
  fold: foldSpace,
  toRow: toSpaceRow,
  fromRow: fromSpaceRow,
});
