import { type Instant } from '../time/instant.ts';
import { type LiveSpace } from './state.ts';

/** Up to where the calendar is written, after a boundary that was due at `due`. */
export function caughtUp({ caughtUpTo }: LiveSpace, due: Instant): Instant | null {
  // Data of another version may hold anything, and a fold never throws: only instants are compared.
  if (typeof due !== 'string') return caughtUpTo ?? null;
  return caughtUpTo === undefined || caughtUpTo === null || due > caughtUpTo ? due : caughtUpTo;
}
