import { type AddressInfo } from 'node:net';
import { maybeOneKeyHolder } from '../../../projections/api-keys/queries.ts';
import { type ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { hashApiKey, looksLikeApiKey } from '../../api-keys/api-key.ts';
import { type HealthCheck, type HttpDependencies } from '../../http/dependencies.ts';
import { type UplinkDependencies } from '../../http/routes/uplink.ts';
import { buildServer } from '../../http/server.ts';
import { PostgresIdempotencyRecords } from '../../idempotency/postgres-idempotency-records.ts';
import { readChirpstack } from '../../lorawan/chirpstack.ts';
import { readThingsStack } from '../../lorawan/things-stack.ts';
import { deviceTypeById } from '../../lorawan/device-types.ts';
import { frameDecoder } from '../../lorawan/frame-decoder.ts';
import { type Metrics } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { version } from '../version.ts';
import { type Resources } from './connect.ts';
import { type SystemRole } from './roles.ts';
import { type SpooledIntake } from './spooled-intake.ts';

export interface HttpParts {
  readonly resources: Resources;
  readonly progress: ProjectionsProgress;
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  /** Null in roles that take no frames. */
  readonly ingest: Pick<SpooledIntake, 'receiver' | 'keptKeys' | 'refused'> | null;
  readonly role: SystemRole;
  readonly port: number;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The API, listening. Closing it lets requests that are under way finish. */
export async function startHttp(parts: HttpParts): Promise<HttpServer> {
  const { port, resources } = parts;
  const app = await buildServer(dependenciesOf(parts));
  await app.listen({ host: resources.settings.host, port });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

function dependenciesOf({ checks, ingest, metrics, progress, resources, role }: HttpParts): HttpDependencies {
  const { directory, handlers, log, pool, protection, read, settings, store, vault } = resources;
  return {
    store,
    handlers,
    directory,
    protection,
    vault,
    read: {
      database: read,
      freshness: (readModels) => progress.freshness(readModels),
      waitFor: (position, timeoutMs, readModels) => progress.waitFor(position, timeoutMs, readModels),
    },
    findPrincipal: (hash) => maybeOneKeyHolder(read, hash, now()),
    keyShape: { hashApiKey, looksLikeApiKey },
    idempotency: new PostgresIdempotencyRecords(pool),
    deviceType: deviceTypeById,
    decoder: frameDecoder,
    healthChecks: checks,
    onAnswered: (route, method, status, seconds) =>
      metrics.httpRequests.observe({ route, method, status: String(status) }, seconds),
    trustProxy: settings.trustProxy,
    corsOrigins: settings.corsOrigins ?? [],
    ...(ingest === null ? {} : { keptKeys: ingest.keptKeys, uplink: uplinkOf(ingest, metrics) }),
    role,
    softwareVersion: version(),
    now,
    log,
  };
}

function uplinkOf(
  { receiver: intake, refused }: Pick<SpooledIntake, 'receiver' | 'refused'>,
  metrics: Metrics,
): UplinkDependencies {
  return {
    intake,
    readChirpstack,
    readThingsStack,
    now,
    onRejected: (message) => {
      metrics.ingestRejected.inc({ reason: message.code });
      refused.note(message);
    },
  };
}
