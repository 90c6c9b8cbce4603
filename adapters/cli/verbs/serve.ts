import { describeSettings, readSettings, type Settings } from '../../config/index.ts';
import { createLogger } from '../../telemetry/index.ts';
import { Failure } from '../failure.ts';
import { isPortTaken } from '../system/ports.ts';
import { type SystemRole, systemRoles } from '../system/roles.ts';
import { drain } from '../system/drain.ts';
import { watchProcess, untilAskedToStop } from '../system/signals.ts';
import { type RunningSystem, startSystem } from '../system/start-system.ts';
import { type Verb } from '../verb.ts';
import { version } from '../version.ts';

/** Runs until it is asked to stop. The log, one JSON object a line, is on the standard output. */
export const serve: Verb = async ({ answers, env }) => {
  const role = answers.choice('role', systemRoles, 'all');
  const given = answers.number('port', 0, 65_535);
  const settings = readSettings(env);
  const log = createLogger({ level: settings.logLevel, role });
  watchProcess(log);
  const starting = new AbortController();
  const asked = untilAskedToStop((signal) => {
    log.info({ signal }, 'stopping: what is under way is finished first; a second time ends at once');
    starting.abort();
  });
  for (const line of describeSettings(settings)) log.info(line);
  const port = given ?? settings.apiPort;
  let system: RunningSystem;
  try {
    system = await startSystem({ settings, role, log, ports: [port], signal: starting.signal });
  } catch (error) {
    if (starting.signal.aborted) return 0;
    throw isPortTaken(error) ? taken(settings, port) : error;
  }
  log.info({ version: version(), role, api: system.url, metrics: system.metricsUrl }, banner(system, role));
  await asked;
  return (await drain(system, settings.shutdownTimeout, log)) ? 0 : 1;
};

function banner({ metricsUrl, url }: RunningSystem, role: SystemRole): string {
  const api = url === null ? '' : `, API at ${url}/api/v1, documentation at ${url}/docs`;
  return `bayledger ${version()} is ready (role ${role})${api}, metrics at ${metricsUrl}`;
}

function taken({ host }: Settings, port: number): Failure {
  return new Failure(
    'port-taken',
    `port ${port} of ${host} is taken by another program: stop that one, or choose another with --port or API_PORT`,
    { port },
  );
}
