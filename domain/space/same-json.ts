import { canonicalJson } from '../canonical/json.ts';

/** Equal as stored: the order of members does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
