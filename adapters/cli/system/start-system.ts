import { type Logger } from 'pino';
import { Precedence } from '../../../application/intake/precedence.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { type Settings } from '../../config/index.ts';
import { type HealthCheck } from '../../http/dependencies.ts';
import { DeviceTypesSeen, measuredStore, Metrics, serveStatus } from '../../telemetry/index.ts';
import { announceUrl, urlOf } from '../base-url.ts';
import { version } from '../version.ts';
import { backgroundLoops } from './background-loops.ts';
import { Closing } from './closing.ts';
import { connectPatiently } from './connect-patiently.ts';
import { type Resources } from './connect.ts';
import { healthChecks } from './health.ts';
import { type HttpParts, startHttp } from './http.ts';
import { type Loop } from './loop.ts';
import { watchPools } from './pool-gauges.ts';
import { openMqttIntake } from './mqtt-intake.ts';
import { onFreePort } from './ports.ts';
import { startProjector } from './projector.ts';
import { dutiesOf, type SystemRole } from './roles.ts';
import { openSpooledIntake } from './spooled-intake.ts';
import { healthPaths, metricsPaths } from './status.ts';
import { makeWorker } from './worker.ts';

export interface SystemOptions {
  readonly settings: Settings;
  readonly role: SystemRole;
  readonly log: Logger;
  /** Ports of the API to try, in this order. */
  readonly ports: readonly number[];
  /** Done once the read models are being made, and before any work in the background begins. */
  readonly prepare?: (resources: Resources, progress: ProjectionsProgress) => Promise<void>;
  /** Ends the wait for a store or database that does not answer at the start. */
  readonly signal?: AbortSignal;
}

export interface RunningSystem {
  readonly resources: Resources;
  readonly metrics: Metrics;
  /** Null: this role answers nobody. */
  readonly url: string | null;
  readonly metricsUrl: string;
  /** No new work, what is under way is finished, everything is closed. */
  stop(): Promise<void>;
}

/** Puts the parts of a role together and starts them. */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  const { log, role, settings } = options;
  const duties = dutiesOf(role);
  const metrics = new Metrics(version(), process.env['GIT_COMMIT'] ?? 'unknown');
  const deviceTypes = new DeviceTypesSeen();
  const closing = new Closing((error) => log.warn({ err: error }, 'something could not be stopped'));
  try {
    const resources = await connectPatiently(settings, {
      log,
      around: (store) => measuredStore(store, metrics, deviceTypes),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    closing.add(() => resources.close());
    watchPools(resources, metrics);
    await installProjections(resources.pool, allProjections);
    const progress = new ProjectionsProgress({
      pool: resources.openPool('progress', 2),
      databaseUrl: resources.databases.readModels,
      store: resources.store,
      projections: allProjections.map(({ name }) => name),
      onProblem: (error) => log.debug({ err: error }, 'waiting for read models falls back on looking'),
    });
    closing.add(() => progress.close());
    const background = new AbortController();
    const running: Promise<unknown>[] = [];
    const ingest = duties.ingest ? await openSpooledIntake(resources, metrics, background.signal) : null;
    closing.add(() => ingest?.close() ?? Promise.resolve());
    closing.add(async () => {
      background.abort();
      await Promise.allSettled(running);
    });
    const loops: Loop[] = [...(ingest?.loops(backgroundLoops(log, metrics, background.signal)) ?? [])];
    if (duties.projector) running.push(startProjector(resources, metrics, background.signal));
    await options.prepare?.(resources, progress);
    const workerChecks: HealthCheck[] = [];
    if (duties.worker) {
      const precedence = ingest === null ? null : new Precedence({ inFlight: () => ingest.intake.inFlight });
      const worker = await makeWorker(resources, metrics, deviceTypes, background.signal, {
        progress,
        precedence,
      });
      loops.push(...worker.loops);
      workerChecks.push(...worker.checks);
    }
    running.push(...loops.map((loop) => loop.run()));
    const mqtt = ingest === null ? null : openMqttIntake(resources, metrics, ingest);
    if (mqtt !== null) running.push(mqtt.run(background.signal));
    const checks = [
      ...healthChecks(resources, duties, progress, loops, ingest?.shelter ?? null, workerChecks),
      ...(mqtt === null ? [] : [mqtt.check]),
    ];
    const url =
      duties.api || duties.ingest
        ? await listenForApi({
            resources,
            progress,
            metrics,
            checks,
            ingest,
            role,
            ports: options.ports,
            closing,
          })
        : await listenForHealth(options, healthPaths(role, checks), closing);
    const status = await onFreePort([settings.metricsPort, 0], (port) =>
      serveStatus(metricsPaths(metrics), settings.metricsHost, port),
    );
    closing.add(() => status.close());
    return { resources, metrics, url, metricsUrl: `${status.url}/metrics`, stop: () => closing.run() };
  } catch (error) {
    await closing.run();
    throw error;
  }
}

type ApiOptions = Omit<HttpParts, 'port'> & {
  readonly ports: readonly number[];
  readonly closing: Closing;
};

async function listenForApi({ closing, ports, ...parts }: ApiOptions): Promise<string> {
  const { settings } = parts.resources;
  const server = await onFreePort(ports, (port) => startHttp({ ...parts, port }));
  closing.add(() => server.close());
  const url = urlOf(settings.host, server.port);
  const forget = await announceUrl(settings.dataDir, url);
  closing.add(forget);
  return url;
}

/** A role without an API answers for its health where the API would be; beside one that is there already it does not. */
async function listenForHealth(
  { log, ports, settings }: SystemOptions,
  paths: ReturnType<typeof healthPaths>,
  closing: Closing,
): Promise<string | null> {
  try {
    const server = await onFreePort(ports, (port) => serveStatus(paths, settings.host, port));
    closing.add(() => server.close());
    return null;
  } catch (error) {
    log.info({ err: error }, 'no health over HTTP: the port is taken');
    return null;
  }
}
