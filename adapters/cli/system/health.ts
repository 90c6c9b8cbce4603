import { type Shelter } from '../../../application/intake/shelter.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { type HealthCheck } from '../../http/dependencies.ts';
import { type Resources } from './connect.ts';
import { type Loop } from './loop.ts';
import { type Duties } from './roles.ts';

type Health = Awaited<ReturnType<HealthCheck['run']>>;

const PATIENCE_MS = 2_000;
const FAILING_LONG_MS = 10_000;

/** What readiness depends on in each role (interface, section 4), and what is worth knowing besides. */
export function healthChecks(
  resources: Resources,
  duties: Duties,
  progress: ProjectionsProgress,
  loops: readonly Loop[],
  shelter: Shelter | null,
  more: readonly HealthCheck[] = [],
): readonly HealthCheck[] {
  const { pool, settings, store } = resources;
  const checks = [
    // A store outage never takes the intake out: while it lasts, frames wait on the disk.
    check('store', false, () => storeHealth(store)),
    check('database', duties.api, async () => {
      const began = performance.now();
      await pool.query('SELECT 1');
      return { status: 'healthy', latency_ms: rounded(performance.now() - began) };
    }),
  ];
  if (shelter !== null) checks.push(check('spool', true, () => Promise.resolve(spoolHealth(shelter))));
  if (duties.api)
    checks.push(check('projections', true, () => projectionHealth(progress, settings.readyMaxLag)));
  for (const loop of loops)
    checks.push(check(loop.state.name, false, () => Promise.resolve(loopHealth(loop))));
  return [...checks, ...more];
}

async function storeHealth(store: EventStore): Promise<Health> {
  return { status: 'healthy', latency_ms: rounded(await store.ping()) };
}

function spoolHealth({ isStoreAway, spool }: Shelter): Health {
  const { bytes, frames, isFull, maxBytes, oldest } = spool.status();
  const isUsed = isStoreAway || frames > 0;
  return {
    status: isFull ? 'unhealthy' : isUsed ? 'degraded' : 'healthy',
    frames,
    bytes,
    max_bytes: maxBytes,
    ...(oldest === null ? {} : { oldest }),
  };
}

async function projectionHealth(progress: ProjectionsProgress, maxLagMs: number): Promise<Health> {
  const { lagMs } = await progress.freshness();
  const stopped = (await progress.all()).filter(({ status }) => status === 'error');
  const behind = lagMs >= maxLagMs;
  return {
    status: behind ? 'unhealthy' : stopped.length > 0 ? 'degraded' : 'healthy',
    lag_ms: Math.round(lagMs),
    ...(stopped.length > 0 ? { stopped: stopped.map(({ projection }) => projection) } : {}),
  };
}

/** A failure that has just happened is being mended; one that stays is worth somebody's attention. */
function loopHealth({ state }: Loop): Health {
  const { failingSince } = state;
  if (failingSince === null) return { status: 'healthy' };
  const forMs = Date.now() - failingSince;
  return { status: forMs > FAILING_LONG_MS ? 'degraded' : 'healthy', failing_for_ms: forMs };
}

/** Answers in time, whatever it asks: who watches must not have to wait for a database that is away. */
function check(name: string, required: boolean, run: () => Promise<Health>): HealthCheck {
  return {
    name,
    required,
    run: async () => {
      const late = new Promise<Health>((resolve) => {
        setTimeout(() => resolve({ status: 'unhealthy', reason: 'no answer in time' }), PATIENCE_MS).unref();
      });
      const failed = (): Health => ({ status: 'unhealthy', reason: 'unreachable' });
      return Promise.race([run().catch(failed), late]);
    },
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
