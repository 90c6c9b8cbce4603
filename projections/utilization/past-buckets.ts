import { type ClientBase } from 'pg';
import { epochSecond, type Instant, instantOf } from '../../domain/time/instant.ts';
import { type IncomingEvent } from '../runner/projected-event.ts';
import { type Reach, type RowOwner, RowStatements } from '../runner/row-statements.ts';
import { KEPT_S, LONGEST_DAY_S } from './facts.ts';
import { restatedStretches, restatementOf } from './restatement.ts';
import {
  dailyTable,
  type DayRow,
  hourlyTable,
  type HourRow,
  type PastClosureRow,
  pastClosuresTable,
} from './table.ts';
import { keyOf, type UtilizationWork } from './work.ts';

/** Buckets, and closures, that lie further back than the facts of their space: read only when a correction reaches them. */
export class PastBuckets {
  readonly #hours: RowStatements<HourRow>;
  readonly #days: RowStatements<DayRow>;
  readonly #closures: RowStatements<PastClosureRow>;

  constructor(generation: number) {
    this.#hours = new RowStatements(hourlyTable, generation, { from: 'hour_start' });
    this.#days = new RowStatements(dailyTable, generation, { from: 'day_start' });
    this.#closures = new RowStatements(pastClosuresTable, generation);
  }

  async load(client: ClientBase, events: readonly IncomingEvent[], work: UtilizationWork): Promise<void> {
    const corrections = events.filter(({ event }) => event !== null && restatementOf(event) !== null);
    if (corrections.length === 0) return;
    const latest = events.reduce(
      (last, { place }) => Math.max(last, epochSecond(place.occurredAt)),
      -Infinity,
    );
    const reaches = corrections.flatMap((one) => reachesOf(one, recentSince(work, one, latest)));
    if (reaches.length === 0) return;
    for (const row of await this.#hours.loadReached(client, reaches))
      work.storedHours.put(rowKey(row), row.hour_start, row);
    for (const row of await this.#days.loadReached(client, reaches))
      work.storedDays.put(rowKey(row), row.day_start, row);
    const owners = new Map(reaches.map((owner) => [keyOf(owner), owner]));
    for (const row of await this.#closures.load(client, [...owners.values()]))
      work.pastClosures.put(rowKey(row), row.override_id, row);
  }

  async write(client: ClientBase, closures: readonly PastClosureRow[]): Promise<void> {
    await this.#closures.upsert(client, closures);
  }
}

type Reaching = RowOwner & { readonly reach: Reach };

function reachesOf({ place, event }: IncomingEvent, recent: number): Reaching[] {
  const restatement = event === null ? null : restatementOf(event);
  if (restatement === null) return [];
  return restatedStretches(restatement)
    .filter(({ from }) => from < recent + LONGEST_DAY_S)
    .map(({ from, to }) => ({
      tenantId: place.tenantId,
      entityId: place.entityId,
      reach: { from: at(from), to: at(to) },
    }));
}

/** Buckets from here on are counted anew from the facts, however far the horizon moves by `latest`. */
function recentSince(work: UtilizationWork, { place }: IncomingEvent, latest: number): number {
  const space = work.spaces.get(keyOf(place));
  if (space === undefined) return Infinity;
  const through = Math.max(latest, epochSecond(space.computed_through));
  return Math.max(space.facts.horizon, through - KEPT_S);
}

function rowKey(row: { readonly tenant_id: string; readonly space_id: string }): string {
  return keyOf({ tenantId: row.tenant_id, entityId: row.space_id });
}

function at(epochS: number): Instant {
  return instantOf(epochS * 1000);
}
