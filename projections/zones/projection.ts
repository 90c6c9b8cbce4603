import { rowProjection } from '../runner/row-projection.ts';
import { foldZones } from './fold.ts';
import { zonesTable } from './table.ts';

export const zonesProjection = rowProjection({
  name: 'zones',
  version: 1,
  table: zonesTable,
  category: 'site',
  handles: ['ZoneAdded', 'ZoneChanged', 'ZoneClosed'],
  part: { column: 'zone_id', of: ({ data }) => (data as { readonly zone_id: string }).zone_id },
  fold: foldZones,
});
