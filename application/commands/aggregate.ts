import { type AnyEvent } from '../../domain/event/event.ts';
import { type Decider } from '../../domain/event/decider.ts';
import { type DomainCategory } from '../ports/event-store/categories.ts';

/** A decider bound to the category of streams that hold its events. */
export interface Aggregate<C, E extends AnyEvent, S> {
  readonly category: DomainCategory;
  readonly decider: Decider<C, E, S>;
}
