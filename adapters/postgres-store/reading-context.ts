import { type Query, type StreamRows } from './query.ts';
import { type StreamNames } from './stream-names.ts';

/** What all reads of one store need. */
export interface ReadingContext {
  readonly storeId: string;
  readonly query: Query;
  readonly stream: StreamRows;
  readonly names: StreamNames;
  /** An injected clock for retention; undefined: the server's. */
  readonly now: (() => Date) | undefined;
}
