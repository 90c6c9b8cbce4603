import { type SpaceEvent, type StateName } from './events.ts';

export type TransitionTag = 'CONTESTED' | 'RESUMED';

type Pairs = Readonly<Record<StateName, readonly StateName[]>>;

/** The table that was asked for (A03). */
export const tableAskedFor: Pairs = {
  FREE: ['OCCUPIED', 'RESERVED', 'MAINTENANCE'],
  OCCUPIED: ['FREE', 'MAINTENANCE'],
  RESERVED: ['OCCUPIED', 'FREE', 'MAINTENANCE'],
  MAINTENANCE: ['FREE'],
};

/** Pairs that priority demands beyond it (S5). Each of them carries a tag when it is announced. */
export const pairsByPriority: Pairs = {
  FREE: [],
  OCCUPIED: ['RESERVED'],
  RESERVED: [],
  MAINTENANCE: ['OCCUPIED', 'RESERVED'],
};

/** It forbids nothing, since no command sets a state; a test holds every announced pair against it. */
export function isDocumented(from: StateName | null, to: StateName): boolean {
  if (from === null) return to === 'FREE';
  return tableAskedFor[from].includes(to) || pairsByPriority[from].includes(to);
}

/**
 * CONTESTED: a booking begins over a parked car. RESUMED: what was there before an override goes on. `parked` is what
 * the bay shows by itself, without override and booking.
 */
export function tagsOf(
  from: StateName | null,
  to: StateName,
  cause: SpaceEvent['type'],
  parked: boolean,
): readonly TransitionTag[] {
  if (from === null || !pairsByPriority[from].includes(to)) return [];
  const overrideEnded = cause === 'OverrideExpired' || cause === 'OverrideLifted';
  return from === 'OCCUPIED' && parked && !overrideEnded ? ['CONTESTED'] : ['RESUMED'];
}
