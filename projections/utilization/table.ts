import { type Measures } from '../../domain/utilization/measure.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, type ColumnType, nullable, type TableDefinition } from '../runner/table.ts';
import { type SiteRow, sitesTable } from '../sites/table.ts';
import { type UtilizationFacts } from './facts.ts';

/** What every bucket of a space carries beside its bounds. */
interface BucketRow extends Measures {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly site_id: string;
  /** Up to here the seconds are counted; the rest of the bucket had not happened when the last event was applied. */
  readonly computed_through: Instant;
  /** 0 until the bucket is sealed; later corrections count up. */
  readonly revision: number;
  readonly sealed: boolean;
  readonly restated_at: Instant | null;
  /** Revision of the space's stream that the row was computed at. */
  readonly space_revision: number;
}

export interface HourRow extends BucketRow {
  /** The UTC instant of the local hour's start. */
  readonly hour_start: Instant;
  readonly hour_end: Instant;
  readonly local_date: string;
  readonly local_hour: number;
  readonly utc_offset_s: number;
  readonly fold: number;
}

export interface DayRow extends BucketRow {
  readonly day_start: Instant;
  readonly day_end: Instant;
  readonly local_date: string;
}

/** What the fold needs of a space to go on, and a query to add what has happened since. */
export interface UtilizationSpaceRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly site_id: string;
  readonly computed_through: Instant;
  readonly facts: UtilizationFacts;
  readonly revision: number;
}

const measures: Readonly<Record<keyof Measures, ColumnType>> = {
  oos_s: is.integer,
  unknown_s: is.integer,
  occupied_s: is.integer,
  vacant_s: is.integer,
  closed_unknown_s: is.integer,
  closed_occupied_s: is.integer,
  closed_vacant_s: is.integer,
  arrivals: is.integer,
  departures: is.integer,
  dwell_sum_s: is.bigint,
  dwell_n: is.integer,
  dwell_n_uncertain: is.integer,
};

const bucket = {
  ...measures,
  computed_through: is.instant,
  revision: is.integer,
  sealed: is.boolean,
  restated_at: nullable(is.instant),
  space_revision: is.bigint,
};

export const hourlyTable: TableDefinition<HourRow> = {
  name: 'utilization_hourly',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    hour_start: is.instant,
    hour_end: is.instant,
    site_id: is.uuid,
    local_date: is.date,
    local_hour: is.integer,
    utc_offset_s: is.integer,
    fold: is.integer,
    ...bucket,
  },
  key: ['tenant_id', 'space_id', 'hour_start'],
  owner: 'space_id',
  guard: 'space_revision',
  indexes: ['(tenant_id, site_id, hour_start)'],
  fillFactor: 80,
};

export const dailyTable: TableDefinition<DayRow> = {
  name: 'utilization_daily',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    day_start: is.instant,
    day_end: is.instant,
    site_id: is.uuid,
    local_date: is.date,
    ...bucket,
  },
  key: ['tenant_id', 'space_id', 'day_start'],
  owner: 'space_id',
  guard: 'space_revision',
  indexes: ['(tenant_id, site_id, day_start)'],
  fillFactor: 80,
};

export const utilizationSpacesTable: TableDefinition<UtilizationSpaceRow> = {
  name: 'utilization_spaces',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    site_id: is.uuid,
    computed_through: is.instant,
    facts: is.json,
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id'],
  owner: 'space_id',
  guard: 'revision',
  indexes: ['(tenant_id, site_id)'],
  fillFactor: 70,
};

/** A closure that is too old to be kept among the facts of its space. Needed again when a correction reaches so far back. */
export interface PastClosureRow {
  readonly tenant_id: string;
  readonly space_id: string;
  readonly override_id: string;
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly revision: number;
}

export const pastClosuresTable: TableDefinition<PastClosureRow> = {
  name: 'utilization_past_closures',
  columns: {
    tenant_id: is.uuid,
    space_id: is.uuid,
    override_id: is.uuid,
    from_at: is.instant,
    to_at: is.instant,
    revision: is.bigint,
  },
  key: ['tenant_id', 'space_id', 'override_id'],
  owner: 'space_id',
  guard: 'revision',
};

/** Its own copy of the sites, so that it folds them in the same order as the spaces. */
export const utilizationSitesTable: TableDefinition<SiteRow> = { ...sitesTable, name: 'utilization_sites' };
