import { deviceEventTypes } from '../runner/of-category.ts';
import { rowProjection } from '../runner/row-projection.ts';
import { foldDevice } from './fold.ts';
import { devicesTable } from './table.ts';

export const devicesProjection = rowProjection({
  name: 'devices',
  version: 1,
  table: devicesTable,
  category: 'device',
  handles: deviceEventTypes,
  fold: foldDevice,
});
