import { z } from 'zod';
import { type Api } from '../api.ts';
import { type HealthCheck, type HttpDependencies } from '../dependencies.ts';

const status = z.enum(['healthy', 'degraded', 'unhealthy']);
const healthOutput = z
  .object({
    status,
    role: z.string(),
    version: z.string(),
    checks: z.record(z.string(), z.looseObject({ status })),
  })
  .meta({ id: 'Health' });

/** A check that does not answer counts as failed: an operator's question must not hang with what it asks about. */
const CHECK_TIMEOUT_MS = 2_000;

/** Public, and under two prefixes: load balancers are set up by people who know one or the other. */
export function healthRoutes(
  api: Api,
  { healthChecks, role, softwareVersion: version }: HttpDependencies,
  { documented }: { readonly documented: boolean },
): void {
  const documentation = (operationId: string, summary: string, description: string) => ({
    operationId,
    tags: ['health'],
    summary,
    description,
    hide: !documented,
    response: { 200: healthOutput, 503: healthOutput },
  });

  api.get(
    '/health/live',
    { schema: documentation('isAlive', 'Does the process run?', 'Looks at nothing else.') },
    () => ({ status: 'healthy' as const, role, version, checks: {} }),
  );

  api.get(
    '/health/ready',
    {
      schema: documentation(
        'isReady',
        'May this process be sent work?',
        'By what its role needs; 503 where it may not.',
      ),
    },
    async (_request, reply) => answer(reply, await examine(true)),
  );

  api.get(
    '/health',
    {
      schema: documentation(
        'readHealth',
        'How is everything?',
        'Degraded: something is amiss that this role can do without. 503: unhealthy.',
      ),
    },
    async (_request, reply) => answer(reply, await examine(false)),
  );

  type Health = z.infer<typeof healthOutput>;

  function answer(reply: { code(status: number): unknown }, health: Health): Health {
    reply.code(health.status === 'unhealthy' ? 503 : 200);
    return health;
  }

  /** What is required makes unhealthy, what is not degrades. */
  async function examine(requiredOnly: boolean): Promise<Health> {
    const asked = healthChecks.filter((check) => check.required || !requiredOnly);
    const results = await Promise.all(asked.map(async (check) => [check, await answerOf(check)] as const));
    const failed = results.filter(([, result]) => result.status === 'unhealthy');
    const isDegraded = results.some(([, result]) => result.status !== 'healthy');
    const isUnhealthy = failed.some(([check]) => check.required);
    return {
      status: isUnhealthy ? 'unhealthy' : isDegraded ? 'degraded' : 'healthy',
      role,
      version,
      checks: Object.fromEntries(results.map(([check, result]) => [check.name, result])),
    };
  }
}

type CheckResult = Awaited<ReturnType<HealthCheck['run']>>;

async function answerOf(check: HealthCheck): Promise<CheckResult> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'unhealthy', reason: 'no answer in time' }), CHECK_TIMEOUT_MS);
  });
  try {
    const result = await Promise.race([check.run(), tooLate]);
    return { latency_ms: Math.round((performance.now() - began) * 10) / 10, ...result };
  } catch {
    // What went wrong may name hosts and users: it is for the log of the part that failed.
    return { status: 'unhealthy', reason: 'cannot be reached' };
  } finally {
    clearTimeout(timer);
  }
}
