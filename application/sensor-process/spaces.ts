import { type SpaceOutcome, type Handlers } from '../commands/handlers.ts';
import { type ReadingOutcome } from '../ports/sensor-tables.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type Observation, observeOccupancy, observeTimeline, type Stretch } from './observation.ts';

export interface Told {
  /** `behind`: the space has published what is newer, so it has to be told at its place in the past. */
  readonly outcome: Extract<ReadingOutcome, 'unattributed' | 'refused'> | 'taken' | 'behind';
  readonly detail: string | null;
}

export interface Present {
  /** The space has in mind what it published from here on. */
  readonly remembersFrom: Instant;
}

/** The spaces as the sensor process meets them: told what was seen, asked what they know. */
export class Spaces {
  readonly #handlers: Handlers;
  readonly #now: () => Instant;

  constructor(handlers: Handlers, now: () => Instant) {
    this.#handlers = handlers;
    this.#now = now;
  }

  /** Told twice is told once: the command's id and content come from the frame. */
  async tell(observation: Observation, spaceId: string): Promise<Told> {
    const { command, context } = observeOccupancy(observation, spaceId, this.#now());
    const outcome = await this.#handlers.space.handle(spaceId, command, context);
    const told = toldBy(outcome);
    if (!outcome.ok || outcome.events.length > 0 || outcome.state.status !== 'live') return told;
    const { occupancy, sensors } = outcome.state;
    const isPresent = sensors.some(({ devEui, to }) => to === null && devEui === observation.devEui);
    const isBehind = !isPresent || occupancy.since > observation.at;
    return isBehind ? { outcome: 'behind', detail: null } : told;
  }

  /** All that a device showed from one instant to another, whatever the space thinks it was. */
  async tellStretch(stretch: Stretch, spaceId: string): Promise<Told> {
    const { command, context } = observeTimeline(stretch, spaceId, this.#now());
    const outcome = await this.#handlers.space.handle(spaceId, command, context);
    if (outcome.ok || outcome.rejection.code !== 'history-forgotten') return toldBy(outcome);
    // Rare, and slow: its whole stream is read for it.
    return toldBy(await this.#handlers.wholeSpace.handle(spaceId, command, context));
  }

  /** What the space has published, as the store has it now; null: there is no such space. */
  async present(tenantId: string, spaceId: string): Promise<Present | null> {
    const { state } = await this.#handlers.space.load(tenantId, spaceId);
    if (state.status === 'unregistered') return null;
    return { remembersFrom: state.history?.values[0]?.at ?? state.commissionedAt };
  }
}

function toldBy(outcome: SpaceOutcome): Told {
  if (outcome.ok) return { outcome: 'taken', detail: null };
  const { code } = outcome.rejection;
  // A space that is not there, or does not have the device, may be under way: its device's claim comes first.
  const isEarly = code === 'not-assigned-at' || code === 'not-found';
  return { outcome: isEarly ? 'unattributed' : 'refused', detail: code };
}
