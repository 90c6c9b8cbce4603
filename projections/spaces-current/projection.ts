import { spaceEventTypes } from '../runner/of-category.ts';
import { rowProjection } from '../runner/row-projection.ts';
import { foldSpace } from './fold.ts';
import { spacesCurrentTable } from './table.ts';

export const spacesCurrentProjection = rowProjection({
  name: 'spaces_current',
  version: 1,
  table: spacesCurrentTable,
  category: 'space',
  handles: spaceEventTypes,
  fold: foldSpace,
});
