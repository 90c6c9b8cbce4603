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

/** What one transaction will change: worked out in memory from one batch or from several, then written. */
export interface Changes {
  /**
   * Reads what it needs through the client (which is inside the transaction) and folds. An event that cannot be folded
   * parks its stream; nothing but the database may throw here.
   */
  stage(client: ClientBase, events: readonly IncomingEvent[], parking: Parking): Promise<void>;
  /** Grows with what is held in memory until it is written. */
  readonly size: number;
  write(client: ClientBase): Promise<void>;
  /** The transaction has been committed: what was worked out may be kept in memory. */
  committed(): void;
}

export interface Applier {
  begin(): Changes;
  /** Somebody else may have changed the rows: nothing in memory counts any more. */
  forget(): void;
}
