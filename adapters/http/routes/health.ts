import { z } from 'zod';
import { type Api } from '../api.ts';
import { type HealthCheck, type HttpDependencies } from '../dependencies.ts';

const status = z.enum(['healthy', 'degraded', 'unhealthy']);
const healthOutput = z.object({
  status,
  role: z.string(),
  version: z.string(),
  checks: z.record(z.string(), z.looseObject({ status })),
});

/** A check that does not answer counts as failed: an operator's question must not hang with what it asks about. */
const CHECK_TIMEOUT_MS = 2_000;

export function healthRoutes(api: Api, dependencies: HttpDependencies): void {
  const { healthChecks, role, softwareVersion: version } = dependencies;

  api.get(
    '/health/live',
    { schema: { tags: ['health'], summary: 'The process runs', response: { 200: z.object({ status }) } } },
    () => ({ status: 'healthy' as const }),
  );

  api.get(
    '/health/ready',
    {
      schema: {
        tags: ['health'],
        summary: 'May this process be sent work? Per role',
        response: { 200: healthOutput, 503: healthOutput },
      },
    },
    async (_request, reply) => {
      const health = await examine();
      return reply.code(health.status === 'unhealthy' ? 503 : 200).send(health);
    },
  );

  api.get(
    '/health',
    { schema: { tags: ['health'], summary: 'How everything is', response: { 200: healthOutput } } },
    () => examine(),
  );

  /** What is not required degrades, what is required makes unhealthy. */
  async function examine() {
    const results = await Promise.all(
      healthChecks.map(async (check) => [check, await answerOf(check)] as const),
    );
    const failed = results.filter(([, result]) => result.status === 'unhealthy');
    const worst = failed.some(([check]) => check.required)
      ? ('unhealthy' as const)
      : results.some(([, result]) => result.status !== 'healthy')
        ? ('degraded' as const)
        : ('healthy' as const);
    const checks = Object.fromEntries(results.map(([check, result]) => [check.name, result]));
    return { status: worst, role, version, checks };
  }
}

async function answerOf(check: HealthCheck) {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<{ status: 'unhealthy'; error: string }>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'unhealthy', error: 'no answer' }), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check.run(), tooLate]);
  } catch {
    return { status: 'unhealthy' as const, error: 'cannot be reached' };
  } finally {
    clearTimeout(timer);
  }
}
