import { type ClientBase } from 'pg';
import { type IncomingEvent } from './projected-event.ts';
import { type Parking } from './parking.ts';
import { type AnyTable } from './table.ts';

/**
 * How events become tables. A change of the tables or of what the fold does needs a new `version`: it is built
 * beside the old one and takes its place when it has caught up.
 */
export interface Projection {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly AnyTable[];
  /** A fresh applier for the tables of one generation, with nothing in memory. */
  open(generation: number): Applier;
}

/** What a batch would change: worked out, not yet committed. */
export interface Staged {
  write(client: ClientBase): Promise<void>;
  /** The transaction has been committed: what was worked out may be kept in memory. */
  committed(): void;
}

export interface Applier {
  /**
   * Reads what it needs through the client (which is inside the batch's transaction) and folds. An event that cannot
   * be folded parks its stream; nothing but the database may throw here.
   */
  stage(client: ClientBase, events: readonly IncomingEvent[], parking: Parking): Promise<Staged>;
  /** Somebody else may have changed the rows: nothing in memory counts any more. */
  forget(): void;
}
