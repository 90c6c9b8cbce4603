import { addSeconds, type Instant, instantOf } from '../../../domain/time/instant.ts';
import { Chance } from './chance.ts';
import { type PlannedSpace } from './city.ts';
import { fullnessAt, habitOf, minutesToNext } from './habits.ts';
import { type StoryBay, storyOf } from './story-bays.ts';

/** One thing that happened on a space, at a simulated instant. */
export type Step = { readonly at: Instant } & (
  | { readonly kind: 'observe'; readonly occupied: boolean }
  | { readonly kind: 'book'; readonly start: Instant; readonly end: Instant }
  | { readonly kind: 'override'; readonly until: Instant; readonly reason: 'cleaning' | 'maintenance' }
  /** Another sensor takes the place of the one that is there. */
  | { readonly kind: 'swap' }
);

export interface SpaceHistory {
  readonly space: PlannedSpace;
  readonly steps: readonly Step[];
}

const LONGEST_GAP_MIN = 600;

/** Two days of traffic on one space, in order of time. */
export function pastOf(space: PlannedSpace, from: Instant, to: Instant): SpaceHistory {
  const chance = new Chance(`${space.code}/past`);
  const story = storyOf(space.code);
  if (story !== null) return { space, steps: pastOfStory(story, space, from, to, chance) };
  const steps: Step[] = [...traffic(space, from, to, chance), ...bookings(from, to, chance)];
  if (chance.isTrue(0.1)) steps.push(closure(from, to, chance));
  return { space, steps: steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) };
}

/** Traffic as elsewhere, and then the story. What it tells by frames is not told here. */
function pastOfStory(
  story: StoryBay,
  space: PlannedSpace,
  from: Instant,
  to: Instant,
  chance: Chance,
): readonly Step[] {
  const steps: readonly Step[] = [
    ...traffic(space, from, minutesBefore(to, story.beginsAgoMin), chance),
    ...story.steps.map(({ agoMin, ...step }): Step => ({ ...step, at: minutesBefore(to, agoMin) })),
  ];
  let known: boolean | null = null;
  return steps.filter((step) => {
    if (step.kind !== 'observe') return true;
    const isNews = step.occupied !== known;
    known = step.occupied;
    return isNews;
  });
}

export function minutesBefore(to: Instant, minutes: number): Instant {
  return addSeconds(to, -60 * minutes);
}

/** Cars that come and go as the habit of the zone has it, from the first change on. */
export function* traffic(
  space: PlannedSpace,
  from: Instant,
  to: Instant,
  chance: Chance,
): Generator<Extract<Step, { readonly kind: 'observe' }>> {
  const local = habitOf(space.zone);
  let at = addSeconds(from, Math.round(chance.between(30, 600)));
  let occupied = chance.isTrue(fullnessAt(local, at));
  while (at < to) {
    yield { kind: 'observe', at, occupied };
    const minutes = Math.min(LONGEST_GAP_MIN, minutesToNext(local, at, occupied, chance));
    at = addSeconds(at, Math.round(minutes * 60));
    occupied = !occupied;
  }
}

/** Some spaces can be booked, and are, an hour or so ahead. */
function* bookings(from: Instant, to: Instant, chance: Chance): Generator<Step> {
  if (!chance.isTrue(0.25)) return;
  let start = addSeconds(from, Math.round(chance.between(4, 14)) * 3600);
  while (start < to) {
    const end = addSeconds(start, 1800 * Math.round(chance.between(1, 6)));
    yield { kind: 'book', at: addSeconds(start, -Math.round(chance.between(900, 7200))), start, end };
    start = addSeconds(end, Math.round(chance.between(6, 20)) * 3600);
  }
}

function closure(from: Instant, to: Instant, chance: Chance): Step {
  const span = Date.parse(to) - Date.parse(from);
  const at = instantOf(Date.parse(from) + Math.round(span * chance.between(0.1, 0.9)));
  const until = addSeconds(at, Math.round(chance.between(20, 120)) * 60);
  return { kind: 'override', at, until, reason: chance.isTrue(0.6) ? 'cleaning' : 'maintenance' };
}
