import { rowProjection } from '../runner/row-projection.ts';
import { foldOverrides } from './fold.ts';
import { overridesTable } from './table.ts';

export const overridesProjection = rowProjection({
  name: 'overrides',
  version: 1,
  table: overridesTable,
  category: 'space',
  handles: ['OverrideApplied', 'OverrideExpired', 'OverrideLifted', 'SpaceDecommissioned'],
  fold: foldOverrides,
});
