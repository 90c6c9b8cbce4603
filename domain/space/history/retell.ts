import { type Instant } from '../../time/instant.ts';
import { changeOf, sightLost, type Sight } from '../decide/change-of-occupancy.ts';
import { withOccupancy } from '../evolve-occupancy.ts';
import { type SpaceEvent } from '../events.ts';
import { type LiveSpace, type Occupancy } from '../state.ts';
import { type OccupancyHistory } from './occupancy-history.ts';

type Changed = Extract<SpaceEvent, { type: 'OccupancyChanged' }>;

/** Something that was seen; or the sensor was taken away, so that nothing is seen any more. */
export type Sighting =
  | (Sight & { readonly kind: 'seen'; readonly shownBy: string | null })
  | { readonly kind: 'sensor-removed'; readonly at: Instant };

export interface Retold {
  /** In the end. */
  readonly space: LiveSpace;
  /** Each change of it, with the space as it was before. */
  readonly steps: readonly RetoldStep[];
}

export interface RetoldStep {
  readonly before: LiveSpace;
  readonly event: Changed;
}

/**
 * The history that comes of these sightings, from the first kept value on: by the very rules by which each of them would
 * have changed the present as the newest, so it makes no difference in which order they became known.
 */
export function retell(space: LiveSpace, history: OccupancyHistory, sightings: readonly Sighting[]): Retold {
  let told = beginning(space, history);
  const steps: RetoldStep[] = [];
  for (const sighting of inOrder(sightings)) {
    if (sighting.at < space.commissionedAt) continue;
    if (sighting.kind === 'sensor-removed') told = withoutSensor(told, sighting.at);
    const event = sighting.kind === 'seen' ? changeOf(told, sighting) : sightLost(told, sighting.at);
    if (event === null) continue;
    steps.push({ before: told, event });
    told = withOccupancy(told, event, sighting.kind === 'seen' ? sighting.shownBy : null);
  }
  return { space: { ...told, sensors: space.sensors }, steps };
}

/** What the first kept value left behind: it was known then, or nothing ever had been. */
function beginning(space: LiveSpace, history: OccupancyHistory): LiveSpace {
  const { values, base } = history;
  const [first] = values;
  const value = first?.value ?? 'UNKNOWN';
  const occupancy: Occupancy = {
    value,
    since: first?.at ?? space.commissionedAt,
    lastKnown: value === 'UNKNOWN' ? null : value,
    lastHeardAt: null,
    source: first?.source ?? null,
    session: base === null ? null : { id: base.id, startedAt: base.start },
    sensorChangedAt: null,
    before: null,
  };
  // Nothing may be forgotten while it is being told.
  const kept = {
    ...history,
    keptS: Infinity,
    values: first === undefined ? [] : [first],
    stays: base === null ? [] : [base],
  };
  // Sensors are taken away in their turn, by a sighting of its own.
  return { ...space, status: 'live', occupancy, history: kept, sensors: [] };
}

function inOrder(sightings: readonly Sighting[]): readonly Sighting[] {
  const rank = ({ kind }: Sighting): number => (kind === 'sensor-removed' ? 0 : 1);
  return [...sightings].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : rank(a) - rank(b)));
}

/** The first change of sensors in a gap counts, as in the fold of `SensorUnassigned`. */
function withoutSensor(space: LiveSpace, at: Instant): LiveSpace {
  const { occupancy } = space;
  return { ...space, occupancy: { ...occupancy, sensorChangedAt: occupancy.sensorChangedAt ?? at } };
}
