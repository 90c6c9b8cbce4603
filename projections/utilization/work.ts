import { epochSecond, type Instant, instantOf, laterOf } from '../../domain/time/instant.ts';
import { type Span, type Window } from '../../domain/utilization/spans.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type RowOwner } from '../runner/row-statements.ts';
import { foldSite } from '../sites/fold.ts';
import { type SiteRow } from '../sites/table.ts';
import { dayRows, hourRows, type Touch } from './bucket-rows.ts';
import {
  changeFacts,
  type Closure,
  factsOf,
  forgetOld,
  forgottenClosures,
  horizonAt,
  LONGEST_DAY_S,
  type UtilizationFacts,
} from './facts.ts';
import { restatedFacts } from './restated-facts.ts';
import { restatedRow } from './restated-rows.ts';
import { type Restatement, restatedStretches, restatementOf, withinExistence } from './restatement.ts';
import { type Clocks, SiteCalendar } from './site-calendar.ts';
import { SpaceBuckets } from './space-buckets.ts';
import { type DayRow, type HourRow, type PastClosureRow, type UtilizationSpaceRow } from './table.ts';

/**
 * What one transaction works out. Facts change with each event; buckets are computed once at the end, for all events
 * that touched them. Where a later event would change what an earlier one was computed from without touching the same
 * buckets (another clock of the site, a fact from before the horizon), the buckets are computed before it.
 */
export class UtilizationWork {
  readonly sites = new Map<string, SiteRow>();
  readonly spaces = new Map<string, UtilizationSpaceRow>();
  readonly hours = new SpaceBuckets<HourRow>();
  readonly days = new SpaceBuckets<DayRow>();
  /** As they stand in the tables: old buckets that an event of this transaction may reach back to. */
  readonly storedHours = new SpaceBuckets<HourRow>();
  readonly storedDays = new SpaceBuckets<DayRow>();
  readonly pastClosures = new SpaceBuckets<PastClosureRow>();
  readonly #forgotten: PastClosureRow[] = [];
  readonly #clocks: Clocks;
  readonly #calendars = new Map<SiteRow, SiteCalendar>();
  readonly #changedSites = new Set<string>();
  readonly #changedSpaces = new Set<string>();
  readonly #touches = new Map<string, Touch[]>();

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  get size(): number {
    return this.spaces.size + this.hours.size;
  }

  changedSites(): SiteRow[] {
    return [...this.#changedSites].flatMap((key) => this.sites.get(key) ?? []);
  }

  changedSpaces(): UtilizationSpaceRow[] {
    return [...this.#changedSpaces].flatMap((key) => this.spaces.get(key) ?? []);
  }

  forgottenClosures(): readonly PastClosureRow[] {
    return this.#forgotten;
  }

  fold(event: ProjectedEvent): void {
    if (event.category === 'site') this.#foldSite(event);
    else this.#foldSpace(event);
  }

  /** Computes the buckets of everything that was touched. */
  settle(): void {
    for (const key of [...this.#touches.keys()]) this.#settleSpace(key);
    for (const key of this.#changedSpaces) {
      const row = this.spaces.get(key);
      if (row === undefined) continue;
      this.#forgotten.push(...forgottenClosures(row.facts).map((closure) => pastClosure(row, closure)));
      this.spaces.set(key, { ...row, facts: forgetOld(row.facts) });
    }
  }

  #foldSite(event: ProjectedEvent): void {
    if (event.type === 'SiteTimeZoneChanged' || event.type === 'OpeningHoursChanged') {
      for (const key of [...this.#touches.keys()]) this.#settleSpace(key);
    }
    const key = keyOf(event);
    const former = this.sites.get(key);
    const [site] = foldSite(former === undefined ? [] : [former], event);
    if (site === undefined) return;
    this.sites.set(key, site);
    this.#changedSites.add(key);
  }

  #foldSpace(event: ProjectedEvent): void {
    const key = keyOf(event);
    const former = this.spaces.get(key);
    if (former === undefined) {
      if (event.type === 'SpaceRegistered') this.#begin(key, event);
      return;
    }
    const restatement = restatementOf(event);
    if (restatement !== null) {
      this.#restate(key, former, event, withinExistence(restatement, former.facts.exists));
      return;
    }
    const computed = epochSecond(former.computed_through);
    const through = Math.max(computed, epochSecond(event.occurredAt));
    const change = changeFacts(former.facts, event);
    const dirtyFrom = Math.min(change?.dirtyFrom ?? computed, computed);
    const { horizon } = former.facts;
    if (dirtyFrom < horizon) this.#settleSpace(key);
    const facts = change?.facts ?? former.facts;
    this.#touch(key, {
      from: Math.max(dirtyFrom, facts.exists.from),
      to: through,
      revision: event.revision,
      horizon,
    });
    this.#advance(key, former, event, facts);
  }

  /** Time goes on to the event. */
  #advance(key: string, former: UtilizationSpaceRow, event: ProjectedEvent, facts: UtilizationFacts): void {
    const computedThrough = laterOf(former.computed_through, event.occurredAt);
    this.#keep(key, {
      ...former,
      computed_through: computedThrough,
      facts: { ...facts, horizon: horizonAt(facts, epochSecond(computedThrough)) },
      revision: event.revision,
    });
  }

  /** Buckets that the facts still reach back to are counted anew; in older ones the difference is made good. */
  #restate(key: string, former: UtilizationSpaceRow, event: ProjectedEvent, restatement: Restatement): void {
    const { horizon } = former.facts;
    const { revision } = event;
    const computed = epochSecond(former.computed_through);
    const through = Math.max(computed, epochSecond(event.occurredAt));
    const stretches = restatedStretches(restatement);
    // A day that began before the horizon may reach this far.
    if (stretches.some(({ from }) => from < horizon + LONGEST_DAY_S)) {
      this.#settleSpace(key);
      this.#restateOldRows(key, former, restatement, revision);
    }
    for (const { from, to } of [...stretches, { from: computed, to: through }]) {
      if (to >= horizon) this.#touch(key, { from: Math.max(from, horizon), to, revision, horizon });
    }
    this.#advance(key, former, event, restatedFacts(former.facts, restatement));
  }

  #restateOldRows(key: string, space: UtilizationSpaceRow, restatement: Restatement, revision: number): void {
    const past = this.pastClosures.of(key).map(([, row]) => spanOf(row.from_at, row.to_at));
    const calendar = this.#calendarOf(space);
    const surroundings = { closures: [...past, ...space.facts.closures], calendar };
    const isOld = ({ lo }: Window): boolean => lo < space.facts.horizon;
    const hours = new Map([...this.storedHours.of(key), ...this.hours.of(key)]);
    for (const [start, row] of hours) {
      const window = windowOf(row.hour_start, row.hour_end);
      const restated = isOld(window) ? restatedRow(row, window, restatement, surroundings, revision) : null;
      if (restated !== null) this.hours.put(key, start, restated);
    }
    const days = new Map([...this.storedDays.of(key), ...this.days.of(key)]);
    for (const [start, row] of days) {
      const window = windowOf(row.day_start, row.day_end);
      const restated = isOld(window) ? restatedRow(row, window, restatement, surroundings, revision) : null;
      if (restated !== null) this.days.put(key, start, restated);
    }
  }

  #begin(key: string, event: Extract<ProjectedEvent, { type: 'SpaceRegistered' }>): void {
    const facts: UtilizationFacts = factsOf(event);
    const through = Math.max(facts.exists.from, epochSecond(event.occurredAt));
    this.#touch(key, {
      from: facts.exists.from,
      to: through,
      revision: event.revision,
      horizon: facts.horizon,
    });
    this.#keep(key, {
      tenant_id: event.tenantId,
      space_id: event.entityId,
      site_id: event.data.site_id,
      computed_through: laterOf(event.data.commissioned_at, event.occurredAt),
      facts,
      revision: event.revision,
    });
  }

  #touch(key: string, touch: Touch): void {
    const touches = this.#touches.get(key);
    if (touches === undefined) this.#touches.set(key, [touch]);
    else touches.push(touch);
  }

  #keep(key: string, row: UtilizationSpaceRow): void {
    this.spaces.set(key, row);
    this.#changedSpaces.add(key);
  }

  #settleSpace(key: string): void {
    const row = this.spaces.get(key);
    const touches = this.#touches.get(key);
    if (row === undefined || touches === undefined) return;
    const of = {
      tenantId: row.tenant_id,
      spaceId: row.space_id,
      siteId: row.site_id,
      facts: row.facts,
      calendar: this.#calendarOf(row),
      through: epochSecond(row.computed_through),
      touches,
    };
    for (const hour of hourRows(of)) this.hours.put(key, hour.hour_start, hour);
    for (const day of dayRows(of)) this.days.put(key, day.day_start, day);
    this.#touches.delete(key);
  }

  /** A site that is not known (it cannot be, in commit order) keeps UTC. */
  #calendarOf({ tenant_id: tenantId, site_id: siteId }: UtilizationSpaceRow): SiteCalendar {
    const site = this.sites.get(keyOf({ tenantId, entityId: siteId }));
    if (site === undefined)
      return new SiteCalendar({ time_zone: 'UTC', time_zones: [], opening_hours: [] }, this.#clocks);
    const known = this.#calendars.get(site) ?? new SiteCalendar(site, this.#clocks);
    this.#calendars.set(site, known);
    return known;
  }
}

function pastClosure(
  { tenant_id, space_id }: UtilizationSpaceRow,
  { id, from, to, revision }: Closure,
): PastClosureRow {
  const [fromAt, toAt] = [instantOf(from * 1000), instantOf((to ?? from) * 1000)];
  return { tenant_id, space_id, override_id: id, from_at: fromAt, to_at: toAt, revision };
}

function spanOf(from: Instant, to: Instant): Span {
  return { from: epochSecond(from), to: epochSecond(to) };
}

function windowOf(start: Instant, end: Instant): Window {
  return { lo: epochSecond(start), hi: epochSecond(end) };
}

export function keyOf({ tenantId, entityId }: RowOwner): string {
  return `${tenantId} ${entityId}`;
}
