import { epochMs, type Instant } from '../../domain/time/instant.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { streamName, type StreamName } from '../ports/event-store/stream-name.ts';
import { type TenantSince } from './frame-archiver.ts';
import { ACCESS_KEPT_S, REFUSALS_KEPT_S } from './retention.ts';

const KEPT_S = { access: ACCESS_KEPT_S, refusals: REFUSALS_KEPT_S } as const;
/** All months of which anything may be kept still, and the one that is left by a clock that is ahead. */
const MONTHS = 38;

/**
 * Sees to it that the monthly streams of refused commands and of reads of personal data expire. Who writes to them does
 * not wait for that: it is done from here, once in the life of a process for each stream that is there.
 */
export class ExpiringLogs {
  readonly #store: Pick<EventStore, 'readStream' | 'retain'>;
  readonly #now: () => Instant;
  readonly #done = new Set<StreamName>();
  /** Tenants whose past months this process has looked at: only the latest two get new streams. */
  readonly #surveyed = new Set<string>();

  constructor(store: Pick<EventStore, 'readStream' | 'retain'>, now: () => Instant) {
    this.#store = store;
    this.#now = now;
  }

  /** Answers how many streams have got their retention. */
  async round(tenants: AsyncIterable<TenantSince>): Promise<number> {
    let set = 0;
    for await (const { since, tenantId } of tenants) {
      const back = this.#surveyed.has(tenantId) ? 2 : MONTHS;
      for (const month of lastMonths(this.#now(), back, since)) {
        for (const category of ['access', 'refusals'] as const) {
          const stream = streamName(category, tenantId, month);
          if (this.#done.has(stream) || !(await this.#exists(stream))) continue;
          await this.#store.retain(stream, KEPT_S[category]);
          this.#done.add(stream);
          set += 1;
        }
      }
      this.#surveyed.add(tenantId);
    }
    return set;
  }

  async #exists(stream: StreamName): Promise<boolean> {
    for await (const page of this.#store.readStream(stream, { direction: 'backwards', limit: 1 }))
      return page.length > 0;
    return false;
  }
}

/** `yyyymm`, the present one first, down to the month before the tenant began. */
function lastMonths(now: Instant, count: number, since: Instant): string[] {
  const date = new Date(epochMs(now));
  const months = Array.from({ length: count }, (_, n) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - n)).toISOString().slice(0, 7),
  );
  const first = new Date(epochMs(since) - 31 * 86_400_000).toISOString().slice(0, 7);
  return months.filter((month) => month >= first).map((month) => month.replace('-', ''));
}
