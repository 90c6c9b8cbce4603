import {
  domainCategories,
  isCategory,
  transientCategories,
  type Category,
} from '../ports/event-store/categories.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';

export interface StreamSummary {
  readonly stream: string;
  /** Of the last event. */
  readonly revision: number;
  /** Fewer than revision + 1 where old events of a transient stream have expired. */
  readonly events: number;
  readonly last_at: string;
}

/** The streams whose names begin with a prefix, by name. Reads the logs concerned: a store keeps no list of its own. */
export async function listStreams(store: EventStore, prefix = ''): Promise<StreamSummary[]> {
  const found = new Map<string, StreamSummary>();
  for (const categories of logsOf(prefix)) {
    for await (const page of store.readAll({ categories })) {
      for (const event of page) {
        if (!event.stream.startsWith(prefix)) continue;
        const before = found.get(event.stream);
        found.set(event.stream, {
          stream: event.stream,
          revision: event.revision,
          events: (before?.events ?? 0) + 1,
          last_at: event.recordedAt,
        });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1));
}

function logsOf(prefix: string): (readonly Category[])[] {
  const [category] = prefix.split('-');
  if (category !== undefined && isCategory(category)) return [[category]];
  const matching = (all: readonly Category[]) => all.filter((one) => one.startsWith(prefix));
  return [matching(domainCategories), ...transientCategories.map((one) => matching([one]))].filter(
    (categories) => categories.length > 0,
  );
}
