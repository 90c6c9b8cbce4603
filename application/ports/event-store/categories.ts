/**
 * The categories of streams: the first part of every stream name. [F]
 *
 * Domain categories are kept for ever and share one log with one total order. A transient category is a log of
 * its own, expires by policy, and is never read by a projection (a rebuild would differ once frames have expired).
 */
export const domainCategories = [
  'tenant',
  'site',
  'space',
  'device',
  'display',
  'booking',
  'subject',
  'ledger',
  'archive',
  'seals',
  'store',
] as const;

export const transientCategories = ['frames', 'refusals', 'access'] as const;

export type DomainCategory = (typeof domainCategories)[number];
export type TransientCategory = (typeof transientCategories)[number];
export type Category = DomainCategory | TransientCategory;

/** A log is what has one order and one kind of position: the domain log, or one transient category. */
export type Log = 'domain' | TransientCategory;

const known: ReadonlySet<string> = new Set<string>([...domainCategories, ...transientCategories]);
const transient: ReadonlySet<string> = new Set<string>(transientCategories);

export function isCategory(text: string): text is Category {
  return known.has(text);
}

export function isTransient(category: Category): category is TransientCategory {
  return transient.has(category);
}

export function logOf(category: Category): Log {
  return isTransient(category) ? category : 'domain';
}

/** The log that all the categories belong to. Throws where they belong to several: one subscription reads one log. */
export function logOfAll(categories: readonly Category[]): Log {
  const logs = new Set(categories.map(logOf));
  const [log] = logs;
  if (log === undefined || logs.size > 1) {
    throw new RangeError(`categories of exactly one log expected, got: ${categories.join(', ') || 'none'}`);
  }
  return log;
}
