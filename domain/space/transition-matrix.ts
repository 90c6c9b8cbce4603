import { type OccupancyValue, type StateName } from './events.ts';

type Tag = 'CONTESTED' | 'RESUMED';

/**
 * The pairs of announced states, documented: the table that the user wrote, and the pairs that priority demands
 * beyond it, which carry a tag (rule S5). It forbids nothing; a test holds every announced pair against it.
 */
export const transitionMatrix: Readonly<Record<StateName, readonly StateName[]>> = {
  FREE: ['OCCUPIED', 'RESERVED', 'MAINTENANCE'],
  OCCUPIED: ['FREE', 'MAINTENANCE', 'RESERVED'],
  RESERVED: ['OCCUPIED', 'FREE', 'MAINTENANCE'],
  MAINTENANCE: ['FREE', 'OCCUPIED', 'RESERVED'],
};

/** CONTESTED: a booking begins over a parked car. RESUMED: what was there before the maintenance goes on. */
export function tagsOf(from: StateName | null, to: StateName, occupancy: OccupancyValue): Tag[] {
  if (from === 'OCCUPIED' && to === 'RESERVED' && occupancy === 'OCCUPIED') return ['CONTESTED'];
  if (from === 'MAINTENANCE' && (to === 'OCCUPIED' || to === 'RESERVED')) return ['RESUMED'];
  return [];
}
