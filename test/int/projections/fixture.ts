import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { type DatabasePool } from 'slonik';
import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { createReadPool, createWritePool, migrateUp } from '../../../adapters/read-database/index.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../../domain/canonical/json.ts';
import { type DomainEvent } from '../../../domain/catalogue/event-schemas.ts';
import { type Projection } from '../../../projections/runner/projection.ts';
import { ProjectionRunner, type RunnerOptions } from '../../../projections/runner/runner.ts';
import { createTestDatabase } from '../../support/postgres.ts';

export interface Fixture {
  readonly url: string;
  readonly pool: Pool;
  readonly database: DatabasePool;
  close(): Promise<void>;
}

export async function openFixture(): Promise<Fixture> {
  const created = await createTestDatabase();
  await migrateUp({ databaseUrl: created.url });
  const pool = createWritePool(created.url, { size: 8 });
  const database = await createReadPool(created.url, { size: 4 });
  return {
    url: created.url,
    pool,
    database,
    close: async () => {
      await database.end();
      await pool.end();
      await created.drop();
    },
  };
}

/** An event that happened at an instant, as our writers record it. */
export function happened(event: DomainEvent, at: string, overrides: JsonObject = {}): NewEvent {
  return {
    id: randomUUID(),
    type: event.type,
    data: event.data,
    metadata: {
      schema_version: 1,
      occurred_at: at,
      actor: { type: 'system', id: 'test' },
      ...overrides,
    },
  };
}

export async function append(store: EventStore, stream: StreamName, ...events: NewEvent[]): Promise<void> {
  await store.append(stream, events, { expected: 'any' });
}

export interface Running {
  readonly runner: ProjectionRunner;
  readonly problems: string[];
  stop(): Promise<void>;
}

/** A runner in this process, until it is stopped. */
export function startRunner(
  fixture: Fixture,
  store: EventStore,
  projections: readonly Projection[],
  options: Partial<RunnerOptions> = {},
): Running {
  const problems: string[] = [];
  const runner = new ProjectionRunner({
    pool: fixture.pool,
    store,
    projections,
    onProblem: (problem, error) => problems.push(`${problem}: ${String(error)}`),
    ...options,
  });
  const stopping = new AbortController();
  const running = runner.run(stopping.signal);
  return {
    runner,
    problems,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Until every projection has applied all that is in the store now. */
export async function untilApplied(
  fixture: Fixture,
  store: EventStore,
  projections: readonly Projection[],
  timeoutMs = 10_000,
): Promise<void> {
  const head = await store.head('domain');
  await until(async () => {
    const reached = await fixture.pool.query(
      `SELECT 1 FROM projection.checkpoints c JOIN projection.projections p
         ON p.name = c.projection AND p.generation = c.generation
       WHERE c.projection = ANY($1) AND c.commit_position >= $2 AND c.status = 'active'`,
      [projections.map((one) => one.name), head.commit.toString()],
    );
    return reached.rows.length === projections.length;
  }, timeoutMs);
}

export async function until(condition: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Every row of a read model's current tables, as text, in order. */
export async function dump(pool: Pool, projections: readonly Projection[]): Promise<string[]> {
  const lines: string[] = [];
  for (const table of projections.flatMap((projection) => projection.tables)) {
    const rows = await pool.query<{ line: string }>(
      `SELECT t::text AS line FROM read_model.${table.name} AS t ORDER BY ${table.key.map((column) => `t.${column}`).join(', ')}`,
    );
    lines.push(...rows.rows.map(({ line }) => `${table.name} ${line}`));
  }
  return lines;
}

/** A store in memory; history written to it can be read by several runs. */
export function openStore(): MemoryStore {
  return new MemoryStore();
}
