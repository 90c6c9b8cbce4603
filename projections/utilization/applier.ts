import { type ClientBase } from 'pg';
import { epochSecond, laterOf } from '../../domain/time/instant.ts';
import { Bounded } from '../runner/bounded.ts';
import { foldInOrder, toBeFolded } from '../runner/fold-in-order.ts';
import { type IncomingEvent, type ProjectedEvent } from '../runner/projected-event.ts';
import { type Applier, type Changes } from '../runner/projection.ts';
import { type RowOwner, RowStatements } from '../runner/row-statements.ts';
import { foldSite } from '../sites/fold.ts';
import { type SiteRow } from '../sites/table.ts';
import { dayRows, hourRows } from './bucket-rows.ts';
import { changeFacts, factsOf, forgetOld, type UtilizationFacts } from './facts.ts';
import { Clocks, SiteCalendar } from './site-calendar.ts';
import {
  dailyTable,
  type DayRow,
  hourlyTable,
  type HourRow,
  type UtilizationSpaceRow,
  utilizationSitesTable,
  utilizationSpacesTable,
} from './table.ts';

const KEPT_SPACES = 20_000;
const KEPT_SITES = 2_000;

/** Folds sites and spaces together, in commit order: a bucket's bounds come from the site's clock as it was known then. */
export class UtilizationApplier implements Applier {
  readonly #handled: ReadonlySet<string>;
  readonly #hours: RowStatements<HourRow>;
  readonly #days: RowStatements<DayRow>;
  readonly #spaceRows: RowStatements<UtilizationSpaceRow>;
  readonly #siteRows: RowStatements<SiteRow>;
  readonly #spaces = new Bounded<string, UtilizationSpaceRow>(KEPT_SPACES);
  readonly #sites = new Bounded<string, SiteRow>(KEPT_SITES);
  readonly #clocks = new Clocks();

  constructor(generation: number, handled: ReadonlySet<string>) {
    this.#handled = handled;
    this.#hours = new RowStatements(hourlyTable, generation);
    this.#days = new RowStatements(dailyTable, generation);
    this.#spaceRows = new RowStatements(utilizationSpacesTable, generation);
    this.#siteRows = new RowStatements(utilizationSitesTable, generation);
  }

  begin(): Changes {
    const work = new Work(this.#clocks);
    return {
      stage: async (client, events, parking) => {
        const ours = events.filter(({ place }) => place.category === 'space' || place.category === 'site');
        await this.#load(client, toBeFolded(ours, this.#handled, parking), work);
        foldInOrder(ours, this.#handled, parking, (event) => work.fold(event));
      },
      get size() {
        return work.spaces.size + work.hours.size;
      },
      write: async (client) => {
        await this.#siteRows.upsert(client, work.changedSites());
        await this.#spaceRows.upsert(client, work.changedSpaces());
        await this.#hours.upsert(client, [...work.hours.values()]);
        await this.#days.upsert(client, [...work.days.values()]);
      },
      committed: () => {
        for (const [key, row] of work.sites) this.#sites.set(key, row);
        for (const [key, row] of work.spaces) this.#spaces.set(key, row);
      },
    };
  }

  forget(): void {
    this.#spaces.clear();
    this.#sites.clear();
  }

  async #load(client: ClientBase, events: readonly IncomingEvent[], work: Work): Promise<void> {
    const spaces = new Map<string, RowOwner>();
    const sites = new Map<string, RowOwner>();
    for (const { place, event } of events) {
      (place.category === 'space' ? spaces : sites).set(keyOf(place), place);
      if (event?.type === 'SpaceRegistered') addSite(sites, place.tenantId, event.data.site_id);
    }
    await fill(
      work.spaces,
      spaces,
      this.#spaces,
      (missing) => this.#spaceRows.load(client, missing),
      spaceKey,
    );
    for (const key of spaces.keys()) {
      const space = work.spaces.get(key);
      if (space !== undefined) addSite(sites, space.tenant_id, space.site_id);
    }
    await fill(work.sites, sites, this.#sites, (missing) => this.#siteRows.load(client, missing), siteKey);
  }
}

function addSite(sites: Map<string, RowOwner>, tenantId: string, siteId: string): void {
  const owner = { tenantId, entityId: siteId };
  sites.set(keyOf(owner), owner);
}

const spaceKey = (row: UtilizationSpaceRow): string => `${row.tenant_id} ${row.space_id}`;
const siteKey = (row: SiteRow): string => `${row.tenant_id} ${row.site_id}`;

/** Puts rows into the working set, as far as they are not in it: from memory, else from the table. */
async function fill<Row>(
  working: Map<string, Row>,
  wanted: ReadonlyMap<string, RowOwner>,
  kept: Bounded<string, Row>,
  load: (missing: readonly RowOwner[]) => Promise<readonly Row[]>,
  keyOfRow: (row: Row) => string,
): Promise<void> {
  const missing: RowOwner[] = [];
  for (const [key, owner] of wanted) {
    if (working.has(key)) continue;
    const row = kept.get(key);
    if (row === undefined) missing.push(owner);
    else working.set(key, row);
  }
  for (const row of await load(missing)) working.set(keyOfRow(row), row);
}

/** What one transaction works out. */
class Work {
  readonly sites = new Map<string, SiteRow>();
  readonly spaces = new Map<string, UtilizationSpaceRow>();
  readonly hours = new Map<string, HourRow>();
  readonly days = new Map<string, DayRow>();
  readonly #clocks: Clocks;
  readonly #calendars = new Map<SiteRow, SiteCalendar>();
  readonly #changed = new Set<string>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  changedSites(): SiteRow[] {
    return [...this.sites].flatMap(([key, row]) => (this.#changed.has(key) ? [row] : []));
  }

  changedSpaces(): UtilizationSpaceRow[] {
    return [...this.spaces].flatMap(([key, row]) => (this.#changed.has(key) ? [row] : []));
  }

  fold(event: ProjectedEvent): void {
    if (event.category === 'site') this.#foldSite(event);
    else this.#foldSpace(event);
  }

  #foldSite(event: ProjectedEvent): void {
    const key = keyOf(event);
    const former = this.sites.get(key);
    const [site] = foldSite(former === undefined ? [] : [former], event);
    if (site === undefined) return;
    this.sites.set(key, site);
    this.#changed.add(key);
  }

  #foldSpace(event: ProjectedEvent): void {
    const key = keyOf(event);
    const former = this.spaces.get(key);
    if (former === undefined) {
      if (event.type !== 'SpaceRegistered') return;
      const facts = factsOf(event);
      this.#keep(key, event, event.data.site_id, facts, facts.exists.from, facts.exists.from);
      return;
    }
    const through = Math.max(epochSecond(former.computed_through), epochSecond(event.occurredAt));
    const change = changeFacts(former.facts, event);
    const dirtyFrom = Math.min(change?.dirtyFrom ?? Infinity, epochSecond(former.computed_through));
    this.#keep(key, event, former.site_id, change?.facts ?? former.facts, dirtyFrom, through);
  }

  #keep(
    key: string,
    event: ProjectedEvent,
    siteId: string,
    facts: UtilizationFacts,
    dirtyFrom: number,
    through: number,
  ): void {
    const { tenantId, entityId: spaceId, revision: spaceRevision } = event;
    const calendar = this.#calendarOf(tenantId, siteId);
    const from = Math.max(dirtyFrom, facts.exists.from);
    const of = { tenantId, spaceId, siteId, spaceRevision, facts, calendar, through };
    for (const row of hourRows(of, from)) this.hours.set(`${key} ${row.hour_start}`, row);
    for (const row of dayRows(of, from)) this.days.set(`${key} ${row.day_start}`, row);
    const former = this.spaces.get(key);
    this.spaces.set(key, {
      tenant_id: tenantId,
      space_id: spaceId,
      site_id: siteId,
      computed_through:
        former === undefined ? event.occurredAt : laterOf(former.computed_through, event.occurredAt),
      facts: forgetOld(facts, through),
      revision: spaceRevision,
    });
    this.#changed.add(key);
  }

  /** A site that is not known (it cannot be, in commit order) keeps UTC. */
  #calendarOf(tenantId: string, siteId: string): SiteCalendar {
    const site = this.sites.get(keyOf({ tenantId, entityId: siteId }));
    if (site === undefined)
      return new SiteCalendar({ time_zone: 'UTC', time_zones: [], opening_hours: [] }, this.#clocks);
    const known = this.#calendars.get(site) ?? new SiteCalendar(site, this.#clocks);
    this.#calendars.set(site, known);
    return known;
  }
}

function keyOf({ tenantId, entityId }: RowOwner): string {
  return `${tenantId} ${entityId}`;
}
