import { type ClientBase } from 'pg';
import { Bounded } from '../runner/bounded.ts';
import { foldInOrder, toBeFolded } from '../runner/fold-in-order.ts';
import { type IncomingEvent } from '../runner/projected-event.ts';
import { type Applier, type Changes } from '../runner/projection.ts';
import { type RowOwner, RowStatements } from '../runner/row-statements.ts';
import { type SiteRow } from '../sites/table.ts';
import { Clocks } from './site-calendar.ts';
import { PastBuckets } from './past-buckets.ts';
import { keyOf, UtilizationWork } from './work.ts';
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
  readonly #past: PastBuckets;
  readonly #spaces = new Bounded<string, UtilizationSpaceRow>(KEPT_SPACES);
  readonly #sites = new Bounded<string, SiteRow>(KEPT_SITES);
  readonly #clocks = new Clocks();

  constructor(generation: number, handled: ReadonlySet<string>) {
    this.#handled = handled;
    this.#hours = new RowStatements(hourlyTable, generation);
    this.#days = new RowStatements(dailyTable, generation);
    this.#spaceRows = new RowStatements(utilizationSpacesTable, generation);
    this.#siteRows = new RowStatements(utilizationSitesTable, generation);
    this.#past = new PastBuckets(generation);
  }

  begin(): Changes {
    const work = new UtilizationWork(this.#clocks);
    return {
      stage: async (client, events, parking) => {
        const ours = events.filter(({ place }) => place.category === 'space' || place.category === 'site');
        const folded = toBeFolded(ours, this.#handled, parking);
        await this.#load(client, folded, work);
        await this.#past.load(client, folded, work);
        foldInOrder(ours, this.#handled, parking, (event) => work.fold(event));
      },
      get size() {
        return work.size;
      },
      write: async (client) => {
        work.settle();
        await this.#siteRows.upsert(client, work.changedSites());
        await this.#spaceRows.upsert(client, work.changedSpaces());
        await this.#past.write(client, work.forgottenClosures());
        await this.#hours.upsert(client, work.hours.all());
        await this.#days.upsert(client, work.days.all());
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

  async #load(client: ClientBase, events: readonly IncomingEvent[], work: UtilizationWork): Promise<void> {
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
