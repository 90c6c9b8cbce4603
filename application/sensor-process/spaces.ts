import { type Instant } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { type ReadingOutcome } from '../ports/sensor-tables.ts';
import { type Observation, observeOccupancy } from './observation.ts';

export interface Told {
  readonly outcome: Extract<ReadingOutcome, 'unattributed' | 'refused'> | 'taken';
  readonly detail: string | null;
}

export interface Present {
  /** Nothing at or before this changes the present any more; null: the space has never heard of anything. */
  readonly through: Instant | null;
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
    if (outcome.ok) return { outcome: 'taken', detail: null };
    const { code } = outcome.rejection;
    // A space that is not there, or does not have the device, may be under way: its device's claim comes first.
    const isEarly = code === 'not-assigned-at' || code === 'not-found';
    return { outcome: isEarly ? 'unattributed' : 'refused', detail: code };
  }

  /** What the space has published, as the store has it now; null: there is no such space. */
  async present(tenantId: string, spaceId: string): Promise<Present | null> {
    const { state } = await this.#handlers.space.load(tenantId, spaceId);
    if (state.status === 'unregistered') return null;
    const { occupancy } = state;
    return { through: occupancy.lastKnown === null ? null : occupancy.since };
  }
}
