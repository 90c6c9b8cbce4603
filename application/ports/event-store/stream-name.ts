import { isCategory, type Category } from './categories.ts';

/** `<category>-<tenant>-<id>`, see {@link streamName}. [F] */
export type StreamName = string & { readonly __brand: 'StreamName' };

export interface StreamParts {
  readonly category: Category;
  /** 32 hex digits; 32 zeros for streams of no tenant. */
  readonly tenant: string;
  /** 32 hex digits of a UUID, an EUI of 16 hex digits, digits of a day (`yyyymmdd`), month or year, or `<site><yyyy>`. */
  readonly id: string;
}

/** The tenant of streams that belong to no tenant (`store`, `seals`). */
export const NO_TENANT = '0'.repeat(32);

const TENANT = /^[0-9a-f]{32}$/;
const ID = /^[0-9a-f]{4,64}$/;

/**
 * The one function that makes stream names. UUIDs are accepted with or without dashes, EUIs in either case;
 * the name holds neither dashes nor capitals, so that it always splits into three at `-`.
 * Throws RangeError for anything else: a wrong name would open a stream that nobody finds again.
 */
export function streamName(category: Category, tenant: string, id: string): StreamName {
  const t = plain(tenant);
  const i = plain(id);
  if (!TENANT.test(t)) throw new RangeError(`not a tenant id: ${tenant}`);
  if (!ID.test(i)) throw new RangeError(`not an id for a stream of category ${category}: ${id}`);
  return `${category}-${t}-${i}` as StreamName;
}

const NAME = /^([^-]+)-([0-9a-f]{32})-([0-9a-f]{4,64})$/;

/** Splits a name; null for names that are not ours (system streams, streams of other programs). */
export function parseStreamName(name: string): StreamParts | null {
  const [, category, tenant, id] = NAME.exec(name) ?? [];
  if (category === undefined || tenant === undefined || id === undefined) return null;
  return isCategory(category) ? { category, tenant, id } : null;
}

/** A UUID as it stands in stream names: 32 lower-case hex digits. */
function plain(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}

/** The UUID of which stream names hold the plain form. */
export function dashed(id: string): string {
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}
