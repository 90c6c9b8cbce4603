import { tenantEventTypes } from '../runner/of-category.ts';
import { rowProjection } from '../runner/row-projection.ts';
import { foldTenant } from './fold.ts';
import { tenantsTable } from './table.ts';

export const tenantsProjection = rowProjection({
  name: 'tenants',
  version: 1,
  table: tenantsTable,
  category: 'tenant',
  handles: tenantEventTypes,
  fold: foldTenant,
});
