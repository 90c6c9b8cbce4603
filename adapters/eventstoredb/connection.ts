import { type ConnectionString } from './connection-string.ts';
import { StubClient } from './stub-client.ts';

const REFRESH_MS = 1000;

/** The client in use, and its replacement when it is poisoned: one failed call can make all later ones fail or hang. */
export class Connection {
  readonly #connection: ConnectionString;
  readonly #generations: Iterator<number, never>;
  #client: StubClient;
  #bornAt = performance.now();

  constructor(connection: ConnectionString, generations: Iterator<number, never>) {
    this.#connection = connection;
    this.#generations = generations;
    this.#client = StubClient.connect(connection, generations.next().value);
  }

  get client(): StubClient {
    return this.#client;
  }

  /** A new client on a new connection, unless somebody was quicker. Calls on the old one end with an error. */
  replace(poisoned: StubClient): void {
    if (this.#client !== poisoned) return;
    this.#client = StubClient.connect(this.#connection, this.#generations.next().value);
    this.#bornAt = performance.now();
    void shut(poisoned);
  }

  /**
   * Nobody could be reached. A connection that failed for long waits longer and longer before it dials again (up to
   * two minutes), so a server that comes back would be found late: dial anew, but not for every call that fails.
   */
  refresh(): void {
    if (performance.now() - this.#bornAt > REFRESH_MS) this.replace(this.#client);
  }

  async close(): Promise<void> {
    await shut(this.#client);
  }
}

/** Numbers the connections of one store. */
export function* generations(): Generator<number, never> {
  for (let number = 0; ; number = (number + 1) % 1000) yield number;
}

async function shut(client: StubClient): Promise<void> {
  await client.closeChannel().catch(() => undefined);
}
