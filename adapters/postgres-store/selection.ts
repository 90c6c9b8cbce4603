import {
  domainCategories,
  logOfAll,
  type Category,
  type Log,
} from '../../application/ports/event-store/categories.ts';

/** Which events of which log. */
export interface Selection {
  readonly log: Log;
  readonly table: string;
  /** Null: everything in the log, the way projections read. Nothing is filtered in SQL then. */
  readonly categories: readonly Category[] | null;
}

export function selectionOf(categories: readonly Category[]): Selection {
  const log = logOfAll(categories);
  if (log !== 'domain') return { log, table: log, categories: null };
  const wanted = new Set<Category>(categories);
  const everything = domainCategories.every((category) => wanted.has(category));
  return { log, table: 'events', categories: everything ? null : [...wanted] };
}
