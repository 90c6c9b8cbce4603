import { type HealthCheck } from '../../http/dependencies.ts';
import { type Metrics, type StatusAnswer } from '../../telemetry/index.ts';
import { version } from '../version.ts';

type Paths = ReadonlyMap<string, () => Promise<StatusAnswer>>;

/** What the metrics listener answers. */
export function metricsPaths(metrics: Metrics): Paths {
  return new Map([
    [
      '/metrics',
      async () => ({
        status: 200,
        type: metrics.registry.contentType,
        body: await metrics.registry.metrics(),
      }),
    ],
  ]);
}

/** Health of a process that has no API: the same paths and shape as there. */
export function healthPaths(role: string, checks: readonly HealthCheck[]): Paths {
  const live = (): Promise<StatusAnswer> =>
    Promise.resolve(json(200, { status: 'healthy', role, version: version() }));
  const full = (asReadiness: boolean) => async (): Promise<StatusAnswer> => {
    const results = await Promise.all(checks.map(async (one) => ({ one, health: await one.run() })));
    const isBroken = results.some(({ health, one }) => one.required && health.status === 'unhealthy');
    const isDegraded = results.some(({ health }) => health.status !== 'healthy');
    return json(asReadiness && isBroken ? 503 : 200, {
      status: isBroken ? 'unhealthy' : isDegraded ? 'degraded' : 'healthy',
      role,
      version: version(),
      checks: Object.fromEntries(results.map(({ health, one }) => [one.name, health])),
    });
  };
  const paths = new Map<string, () => Promise<StatusAnswer>>();
  for (const base of ['/health', '/api/v1/health']) {
    paths.set(base, full(false)).set(`${base}/live`, live).set(`${base}/ready`, full(true));
  }
  return paths;
}

function json(status: number, body: object): StatusAnswer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}
