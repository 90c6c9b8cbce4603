import { type Instant, epochMs } from '../../../domain/time/instant.ts';
import { type Chance } from './chance.ts';
import { type Habit, sites } from './city.ts';

/** The habit of a zone, and the local hour by which it goes. */
export interface LocalHabit {
  readonly habit: Habit;
  readonly hourAt: (instant: Instant) => number;
}

export function habitOf(zone: string): LocalHabit {
  for (const { timeZone, zones } of sites) {
    const found = zones.find(({ code }) => code === zone);
    if (found === undefined) continue;
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
    return { habit: found.habit, hourAt: (instant) => Number(format.format(epochMs(instant))) };
  }
  throw new Error(`the demo city has no zone ${zone}`);
}

export function fullnessAt({ habit, hourAt }: LocalHabit, instant: Instant): number {
  return habit.fullness[hourAt(instant)] ?? 0.5;
}

/** Minutes until the next change: stays are as long as people stay, gaps as long as the fullness leaves open. */
export function minutesToNext(local: LocalHabit, at: Instant, isOccupied: boolean, chance: Chance): number {
  const { stay } = local.habit;
  if (isOccupied) return Math.max(3, chance.around(stay));
  const full = Math.min(0.95, Math.max(0.05, fullnessAt(local, at)));
  return Math.max(2, chance.around((stay * (1 - full)) / full));
}
