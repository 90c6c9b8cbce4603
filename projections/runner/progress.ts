import pg from 'pg';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { comparePositions, type Position } from '../../application/ports/event-store/position.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { PROGRESS_CHANNEL } from './apply-batch.ts';
import { type ProjectionStatus, toPosition } from './checkpoints.ts';
import { rowTypes } from './row-types.ts';

/** How far one read model has come, as the database knows it, whoever runs it. */
export interface ProjectionProgress {
  readonly projection: string;
  readonly generation: number;
  readonly status: ProjectionStatus;
  readonly errorCode: string | null;
  readonly error: string | null;
  readonly position: Position | null;
  /** When the store recorded the last applied event. */
  readonly recordedAt: Instant | null;
  readonly parkedStreams: number;
}

export interface Freshness {
  readonly position: Position;
  readonly time: Instant;
  readonly lagMs: number;
}

export interface ProgressOptions {
  readonly pool: pg.Pool;
  /** For the connection that listens. */
  readonly databaseUrl: string;
  readonly store: EventStore;
  /** Those that answers come from. */
  readonly projections: readonly string[];
  readonly onProblem?: (error: unknown) => void;
}

/** A notification may be lost; checkpoints are looked at this often while somebody waits. */
const BACKSTOP_MS = 100;
const HEAD_MS = 250;
const EPOCH = '1970-01-01T00:00:00.000Z' as Instant;

/**
 * What readers ask of the projections: have they passed a position, and how old is what they show? Works from any
 * process: checkpoints are read from the database, a notification of each batch only says when to look.
 */
export class ProjectionsProgress {
  readonly #options: ProgressOptions;
  readonly #waiting = new Set<() => void>();
  #listener: pg.Client | null = null;
  #connecting: Promise<void> | null = null;
  #closed = false;
  #reading: Promise<readonly ProjectionProgress[]> | null = null;
  #head: { readonly position: Position; readonly readAt: number } | null = null;
  /** By the projections asked for, which are those of some route: since when the head has been ahead of them. */
  readonly #aheadSince = new Map<string, { readonly of: Position; readonly at: number }>();

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  async all(): Promise<readonly ProjectionProgress[]> {
    // Those who ask while one reading is under way get the next one: theirs must not be older than their question.
    const before = this.#reading;
    if (before !== null) await before.catch(() => undefined);
    this.#reading ??= this.#read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** True as soon as these projections (default: all) have applied everything up to the position. */
  async waitFor(position: Position, timeoutMs: number, names?: readonly string[]): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    await this.#listen();
    for (;;) {
      if (hasPassed(await this.all(), position, names ?? this.#options.projections)) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await this.#news(Math.min(left, BACKSTOP_MS));
    }
  }

  /** How old is what a reader of these projections (default: all) sees: the slowest counts. */
  async freshness(names: readonly string[] = this.#options.projections): Promise<Freshness> {
    const head = await this.#headNow();
    const states = (await this.all()).filter(({ projection }) => names.includes(projection));
    const [slowest] = states.sort(slowestFirst);
    const position = slowest?.position ?? { ...head, commit: 0n, prepare: 0n };
    return { position, time: slowest?.recordedAt ?? EPOCH, lagMs: this.#lagMs(names, position, head) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of [...this.#waiting]) wake();
    await this.#listener?.end().catch(() => undefined);
    this.#listener = null;
  }

  async #read(): Promise<readonly ProjectionProgress[]> {
    const found = await this.#options.pool.query<{
      projection: string;
      generation: number;
      status: ProjectionStatus;
      error_code: string | null;
      error: string | null;
      store_id: string | null;
      commit_position: string | null;
      prepare_position: string | null;
      recorded_at: Instant | null;
      parked: number;
    }>({
      name: 'projections-progress',
      text: `SELECT c.projection, c.generation, c.status, c.error_code, c.error, c.store_id,
          c.commit_position::text, c.prepare_position::text, c.recorded_at,
          (SELECT count(*)::integer FROM projection.parked_streams AS s
           WHERE s.projection = c.projection AND s.generation = c.generation) AS parked
        FROM projection.checkpoints AS c
        JOIN projection.projections AS p ON p.name = c.projection AND p.generation = c.generation
        WHERE c.projection = ANY($1) ORDER BY c.projection`,
      values: [this.#options.projections],
      types: rowTypes,
    });
    return found.rows.map((row) => ({
      projection: row.projection,
      generation: row.generation,
      status: row.status,
      errorCode: row.error_code,
      error: row.error,
      position: toPosition(row),
      recordedAt: row.recorded_at,
      parkedStreams: row.parked,
    }));
  }

  /** Zero when nothing is missing, else since when we have known that something is. */
  #lagMs(names: readonly string[], position: Position, head: Position): number {
    const key = names.join(' ');
    if (position.storeId === head.storeId && comparePositions(position, head) >= 0) {
      this.#aheadSince.delete(key);
      return 0;
    }
    const now = performance.now();
    const since = this.#aheadSince.get(key);
    if (since?.of.storeId === position.storeId && comparePositions(since.of, position) > 0)
      return now - since.at;
    // Nothing was missing, or the head that was ahead then has been passed: what is missing now came later.
    this.#aheadSince.set(key, { of: head, at: now });
    return 0;
  }

  async #headNow(): Promise<Position> {
    const now = performance.now();
    if (this.#head !== null && now - this.#head.readAt < HEAD_MS) return this.#head.position;
    const position = await this.#options.store.head('domain');
    this.#head = { position, readAt: now };
    return position;
  }

  #news(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      this.#waiting.add(wake);
    });
  }

  /** Without a listener the backstop does: a connection that cannot be made is tried again by the next who waits. */
  async #listen(): Promise<void> {
    if (this.#listener !== null || this.#closed) return;
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null));
    await this.#connecting.catch((error: unknown) => this.#options.onProblem?.(error));
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#options.databaseUrl, keepAlive: true });
    const gone = (error?: unknown): void => {
      if (this.#listener === client) this.#listener = null;
      if (error !== undefined && !this.#closed) this.#options.onProblem?.(error);
    };
    client.on('error', gone);
    client.on('end', () => gone());
    client.on('notification', () => {
      for (const wake of [...this.#waiting]) wake();
    });
    await client.connect();
    await client.query(`LISTEN ${PROGRESS_CHANNEL}`);
    this.#listener = client;
    if (this.#closed) await client.end();
  }
}

function hasPassed(
  states: readonly ProjectionProgress[],
  position: Position,
  names: readonly string[],
): boolean {
  return names.every((name) => {
    const reached = states.find((state) => state.projection === name)?.position ?? null;
    if (reached === null || reached.storeId !== position.storeId) return false;
    return comparePositions(reached, position) >= 0;
  });
}

function slowestFirst(a: ProjectionProgress, b: ProjectionProgress): number {
  if (a.position === null || b.position === null) return a.position === null ? -1 : 1;
  return a.position.storeId === b.position.storeId ? comparePositions(a.position, b.position) : 0;
}
