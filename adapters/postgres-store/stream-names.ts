import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type Query } from './query.ts';

const CAPACITY = 50_000;

/**
 * Names of streams by their number. A name is long and rows of one stream come in crowds, so pages carry numbers and
 * each name is asked for once. Names never change, so nothing here can be stale.
 */
export class StreamNames {
  readonly #query: Query;
  readonly #names = new Map<string, StreamName>();

  constructor(query: Query) {
    this.#query = query;
  }

  known(number: string): StreamName | undefined {
    return this.#names.get(number);
  }

  /** The names of these numbers, asked from the server. */
  async load(numbers: readonly string[]): Promise<readonly (readonly [number: string, name: StreamName])[]> {
    const rows = await this.#query<[string, StreamName]>({
      name: 'stream_names',
      text: 'SELECT id, name FROM event_store.streams WHERE id = ANY($1)',
      values: [`{${numbers.join()}}`],
    });
    if (rows.length !== numbers.length) throw new Error('there are events of streams without a name');
    // A full cache is emptied: simpler than ageing, and the streams in use are back after a page.
    if (this.#names.size + rows.length > CAPACITY) this.#names.clear();
    for (const [number, name] of rows) this.#names.set(number, name);
    return rows;
  }
}
