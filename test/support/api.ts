import { randomBytes } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { type Pool } from 'pg';
import { type DatabasePool } from 'slonik';
import { hashApiKey, looksLikeApiKey, mintApiKey } from '../../adapters/api-keys/api-key.ts';
import { PostgresReservationDirectory } from '../../adapters/directories/postgres-reservation-directory.ts';
import { type HttpDependencies } from '../../adapters/http/dependencies.ts';
import { buildServer } from '../../adapters/http/server.ts';
import { PostgresIdempotencyRecords } from '../../adapters/idempotency/postgres-idempotency-records.ts';
import { deviceTypeById } from '../../adapters/lorawan/device-types.ts';
import { frameDecoder } from '../../adapters/lorawan/frame-decoder.ts';
import { openPostgresStore } from '../../adapters/postgres-store/open.ts';
import { PostgresVault } from '../../adapters/personal-data/postgres-vault.ts';
import { createReadPool, createWritePool, migrateUp } from '../../adapters/read-database/index.ts';
import { type CommandContext } from '../../application/commands/command-context.ts';
import { createHandlers, type Handlers } from '../../application/commands/handlers.ts';
import { newCommandId } from '../../application/ids/ids.ts';
import { PersonalDataProtection } from '../../application/personal-data/protect.ts';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { createTenant, issueKey, tenantIdOf } from '../../application/tenants/create-tenant.ts';
import { type Role, type Scope } from '../../domain/tenant/events.ts';
import { instantOf } from '../../domain/time/instant.ts';
import { allProjections } from '../../projections/all-projections.ts';
import { maybeOneKeyHolder } from '../../projections/api-keys/queries.ts';
import { ProjectionsProgress } from '../../projections/runner/progress.ts';
import { ProjectionRunner } from '../../projections/runner/runner.ts';
import { createTestDatabase } from './postgres.ts';

export interface TestTenant {
  readonly tenantId: string;
  /** A key of the role; made when first asked for. */
  keyOf(role: Role, scopes?: readonly Scope[]): Promise<string>;
  /** Another key of the role. */
  newKeyOf(role: Role, scopes?: readonly Scope[]): Promise<string>;
  suspend(): Promise<void>;
}

export interface TestApi extends TestTenant {
  /** Of the server, without `/api/v1`. */
  readonly url: string;
  readonly app: FastifyInstance;
  readonly store: EventStore;
  readonly handlers: Handlers;
  readonly pool: Pool;
  readonly database: DatabasePool;
  newTenant(name?: string): Promise<TestTenant>;
  /** A further process of the API on the same store and database: its own handlers, its own caches. */
  secondServer(overrides?: Partial<HttpDependencies>): Promise<{ readonly url: string }>;
  /** Until the read models have all that is in the store. */
  settled(): Promise<void>;
  /** How many events there are in the domain log. */
  eventCount(): Promise<number>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly overrides?: Partial<HttpDependencies>;
  readonly migrationsOnly?: boolean;
}

const SOFTWARE = '0.0.0-test';
const now = () => instantOf(Date.now());

/** The API over real HTTP on a port of its own: Postgres event store, real projections, one tenant. */
export async function startApi(options: TestApiOptions = {}): Promise<TestApi> {
  const created = await createTestDatabase();
  await migrateUp({ databaseUrl: created.url });
  const pool = createWritePool(created.url, { size: 10 });
  const database = await createReadPool(created.url, { size: 6 });
  const store = await openPostgresStore({ connectionString: created.url });
  const stop = new AbortController();
  const running = new ProjectionRunner({ pool, store, projections: allProjections }).run(stop.signal);
  const progress = new ProjectionsProgress({
    pool,
    databaseUrl: created.url,
    store,
    projections: allProjections.map(({ name }) => name),
  });
  const vault = new PostgresVault(pool, randomBytes(32));
  const apps: FastifyInstance[] = [];

  const dependenciesOf = (handlers: Handlers): HttpDependencies => ({
    store,
    handlers,
    directory: new PostgresReservationDirectory(pool),
    protection: new PersonalDataProtection(vault, handlers.subject),
    vault,
    read: {
      database,
      freshness: (names) => progress.freshness(names),
      waitFor: (position, timeoutMs, names) => progress.waitFor(position, timeoutMs, names),
    },
    findPrincipal: (hash) => maybeOneKeyHolder(database, hash, now()),
    keyShape: { hashApiKey, looksLikeApiKey },
    idempotency: new PostgresIdempotencyRecords(pool),
    deviceType: deviceTypeById,
    decoder: frameDecoder,
    healthChecks: [],
    checkAnswers: true,
    role: 'all',
    softwareVersion: SOFTWARE,
    now,
    log: pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' }),
    ...options.overrides,
  });

  async function serve(handlers: Handlers, overrides: Partial<HttpDependencies> = {}): Promise<string> {
    const app = await buildServer({ ...dependenciesOf(handlers), ...overrides });
    apps.push(app);
    await app.listen({ host: '127.0.0.1', port: 0 });
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  }

  const newHandlers = () => createHandlers({ store, softwareVersion: SOFTWARE });
  const handlers = newHandlers();
  await untilInstalled(pool);
  const settled = async () => {
    if (!(await progress.waitFor(await store.head('domain'), 15_000)))
      throw new Error('read models are behind');
  };
  const newTenant = (name = 'Test City') => makeTenant(handlers, name, settled);
  const tenant = await newTenant();
  const url = await serve(handlers);
  const [app] = apps;
  if (app === undefined) throw new Error('no server');
  return {
    ...tenant,
    url,
    app,
    store,
    handlers,
    pool,
    database,
    newTenant,
    secondServer: async (overrides) => ({ url: await serve(newHandlers(), overrides) }),
    settled,
    eventCount: async () => {
      const counted = await pool.query<{ count: string }>('SELECT count(*) FROM event_store.events');
      return Number(counted.rows[0]?.count);
    },
    close: async () => {
      await Promise.all(apps.map((one) => one.close()));
      stop.abort();
      await running;
      await progress.close();
      await store.close();
      await database.end();
      await pool.end();
      await created.drop();
    },
  };
}

async function makeTenant(
  handlers: Handlers,
  name: string,
  settled: () => Promise<void>,
): Promise<TestTenant> {
  const commandId = newCommandId();
  const tenantId = tenantIdOf(commandId);
  const owner = mintApiKey('test');
  const context = (id = newCommandId()): CommandContext => ({
    tenantId,
    commandId: id,
    correlationId: id,
    actor: { type: 'cli', id: 'test' },
    decidedAt: now(),
  });
  const made = await createTenant(
    handlers,
    { name, mode: 'test', ownerKeyHash: owner.hash },
    context(commandId),
  );
  if (!made.ok) throw new Error(made.rejection.detail);
  const keys = new Map<string, Promise<string>>([['owner', Promise.resolve(owner.key)]]);
  const newKeyOf = async (role: Role, scopes: readonly Scope[] = []): Promise<string> => {
    const minted = mintApiKey('test');
    const issued = await issueKey(
      handlers,
      { hash: minted.hash, role, name: `a key of ${role}`, scopes: [...scopes] },
      context(),
    );
    if (!issued.ok) throw new Error(issued.rejection.detail);
    await settled();
    return minted.key;
  };
  await settled();
  return {
    tenantId,
    newKeyOf,
    keyOf: (role, scopes = []) => {
      const id = [role, ...scopes].join(' ');
      const known = keys.get(id) ?? newKeyOf(role, scopes);
      keys.set(id, known);
      return known;
    },
    suspend: async () => {
      const at = context();
      const reason = { code: 'other' as const };
      const { ok } = await handlers.tenant.handle(
        tenantId,
        { type: 'SuspendTenant', reason, now: at.decidedAt },
        at,
      );
      if (!ok) throw new Error('not suspended');
      await settled();
    },
  };
}

/** The runner makes the tables of the read models when it starts. */
async function untilInstalled(pool: Pool): Promise<void> {
  for (;;) {
    const found = await pool.query<{ n: string }>('SELECT count(*) AS n FROM projection.checkpoints');
    if (Number(found.rows[0]?.n) >= allProjections.length) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
