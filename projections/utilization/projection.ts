import { siteEventTypes, spaceEventTypes } from '../runner/of-category.ts';
import { type Projection } from '../runner/projection.ts';
import { type AnyTable } from '../runner/table.ts';
import { UtilizationApplier } from './applier.ts';
import {
  dailyTable,
  hourlyTable,
  pastClosuresTable,
  utilizationSitesTable,
  utilizationSpacesTable,
} from './table.ts';

/** Every event of a space moves its time on, so that what is computed reaches up to the last of them. */
const handled: ReadonlySet<string> = new Set([...siteEventTypes, ...spaceEventTypes]);

export const utilizationProjection: Projection = {
  name: 'utilization',
  version: 2,
  tables: [
    hourlyTable,
    dailyTable,
    utilizationSpacesTable,
    utilizationSitesTable,
    pastClosuresTable,
  ] as readonly AnyTable[],
  open: (generation) => new UtilizationApplier(generation, handled),
};
