import { rowProjection } from '../runner/row-projection.ts';
import { foldSessionCorrections } from './fold.ts';
import { sessionCorrectionsTable } from './table.ts';

export const sessionCorrectionsProjection = rowProjection({
  name: 'session_corrections',
  version: 1,
  table: sessionCorrectionsTable,
  category: 'space',
  handles: ['OccupancyHistoryCorrected'],
  fold: foldSessionCorrections,
});
