import { type AddressInfo } from 'node:net';
import { type FastifyInstance } from 'fastify';
import { maybeOneKeyHolder } from '../../../projections/api-keys/queries.ts';
import { type ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { hashApiKey, looksLikeApiKey } from '../../api-keys/api-key.ts';
import { type Api } from '../../http/api.ts';
import { authenticator } from '../../http/authenticate.ts';
import { type HealthCheck, type HttpDependencies } from '../../http/dependencies.ts';
import { guard } from '../../http/guard.ts';
import { uplinkRoutes } from '../../http/routes/uplink.ts';
import { buildServer } from '../../http/server.ts';
import { PostgresIdempotencyRecords } from '../../idempotency/postgres-idempotency-records.ts';
import { readChirpstack } from '../../lorawan/chirpstack.ts';
import { deviceTypeById } from '../../lorawan/device-types.ts';
import { type Metrics } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { version } from '../version.ts';
import { type Resources } from './connect.ts';
import { measureRequests } from './measure-requests.ts';
import { makeIntake } from './sensors.ts';

export interface HttpParts {
  readonly resources: Resources;
  readonly progress: ProjectionsProgress;
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  readonly role: string;
  readonly port: number;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The API, listening. Closing it lets requests that are under way finish. */
export async function startHttp(parts: HttpParts): Promise<HttpServer> {
  const { metrics, port, resources } = parts;
  const dependencies = dependenciesOf(parts);
  const app = await buildServer(dependencies);
  await addIntake(app, parts, dependencies);
  measureRequests(app, metrics);
  await app.listen({ host: resources.settings.host, port });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

function dependenciesOf({ checks, progress, resources, role }: HttpParts): HttpDependencies {
  const { directory, handlers, log, pool, protection, read, store, vault } = resources;
  return {
    store,
    handlers,
    directory,
    protection,
    vault,
    read: {
      database: read,
      freshness: () => progress.freshness(),
      waitFor: (position, timeoutMs) => progress.waitFor(position, timeoutMs),
    },
    findPrincipal: (hash) => maybeOneKeyHolder(read, hash, now()),
    keyShape: { hashApiKey, looksLikeApiKey },
    idempotency: new PostgresIdempotencyRecords(pool),
    deviceType: deviceTypeById,
    healthChecks: checks,
    role,
    softwareVersion: version(),
    now,
    log,
  };
}

/** The intake, beside the routes that people and programs use. */
async function addIntake(
  app: FastifyInstance,
  { metrics, resources }: HttpParts,
  { findPrincipal, keyShape }: HttpDependencies,
): Promise<void> {
  await app.register(
    (api: Api, _options: unknown, done: () => void) => {
      api.addHook('onRequest', guard(authenticator(findPrincipal, keyShape, Date.now)));
      uplinkRoutes(api, {
        intake: makeIntake(resources),
        readMessage: readChirpstack,
        now,
        onRejected: (reason) => metrics.ingestRejected.inc({ reason }),
      });
      done();
    },
    { prefix: '/api/v1' },
  );
}
