import { rowProjection } from '../runner/row-projection.ts';
import { foldOrphan } from './fold.ts';
import { orphansTable } from './table.ts';

export const orphansProjection = rowProjection({
  name: 'orphans',
  version: 1,
  table: orphansTable,
  category: 'device',
  handles: ['OrphanSeen', 'DeviceRegistered', 'DeviceRecommissioned'],
  fold: foldOrphan,
});
