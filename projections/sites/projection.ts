import { siteEventTypes } from '../runner/of-category.ts';
import { rowProjection } from '../runner/row-projection.ts';
import { foldSite } from './fold.ts';
import { sitesTable } from './table.ts';

export const sitesProjection = rowProjection({
  name: 'sites',
  version: 1,
  table: sitesTable,
  category: 'site',
  handles: siteEventTypes,
  fold: foldSite,
});
