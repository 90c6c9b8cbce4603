import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type Query } from './query.ts';

const CAPACITY = 50_000;

/**
 * Names of streams by their number. A name is seven times as long as its number and rows of one stream come in crowds,
 * so pages carry numbers and each name is asked for once. Names never change, so nothing here can be stale.
 */
export class StreamNames {
  readonly #query: Query;
  readonly #names = new Map<string, StreamName>();

  constructor(query: Query) {
    this.#query = query;
  }

  /** Names for all of these numbers. */
  async of(numbers: Iterable<string>): Promise<(number: string) => StreamName> {
    const missing = new Set<string>();
    for (const number of numbers) if (!this.#names.has(number)) missing.add(number);
    if (missing.size === 0) return (number) => known(this.#names, number);
    if (this.#names.size + missing.size > CAPACITY) return this.#fresh(numbers);
    await this.#load(missing, this.#names);
    return (number) => known(this.#names, number);
  }

  /** A full cache is emptied: simpler than ageing, and the streams in use are back after a page. */
  async #fresh(numbers: Iterable<string>): Promise<(number: string) => StreamName> {
    this.#names.clear();
    const names = new Map<string, StreamName>();
    await this.#load(new Set(numbers), names);
    if (names.size < CAPACITY) for (const [number, name] of names) this.#names.set(number, name);
    return (number) => known(names, number);
  }

  async #load(numbers: ReadonlySet<string>, into: Map<string, StreamName>): Promise<void> {
    const rows = await this.#query<[string, string]>({
      name: 'stream_names',
      text: 'SELECT id, name FROM event_store.streams WHERE id = ANY($1)',
      values: [`{${[...numbers].join()}}`],
    });
    for (const [number, name] of rows) into.set(number, name as StreamName);
  }
}

function known(names: ReadonlyMap<string, StreamName>, number: string): StreamName {
  const name = names.get(number);
  if (name === undefined) throw new Error(`events of a stream without a name: number ${number}`);
  return name;
}
