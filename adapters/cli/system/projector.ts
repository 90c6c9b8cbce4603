import { allProjections } from '../../../projections/all-projections.ts';
import { ProjectionRunner } from '../../../projections/runner/runner.ts';
import { type Metrics } from '../../telemetry/index.ts';
import { type Resources } from './connect.ts';
import { endsSoonAfter } from './ends-soon.ts';

const GRACE_MS = 3_000;

/** Makes the read models until the signal. It mends itself: its own loop tries again whatever went wrong. */
export async function startProjector(
  resources: Resources,
  metrics: Metrics,
  signal: AbortSignal,
): Promise<void> {
  const { log, openPool, store } = resources;
  const runner = new ProjectionRunner({
    pool: openPool('projector', 4),
    store,
    projections: allProjections,
    onProblem: (problem, error) => {
      metrics.loopFailures.inc({ loop: 'projector' });
      log.warn({ err: error }, problem);
    },
  });
  metrics.gauge(
    'parking_projection_lag_events',
    'Events received and not yet committed',
    ['projection'],
    (gauge) => runner.lag().forEach(({ events }, projection) => gauge.set({ projection }, events)),
  );
  metrics.gauge(
    'parking_projection_lag_seconds',
    'Age of the oldest event received and not yet committed',
    ['projection'],
    (gauge) => runner.lag().forEach(({ seconds }, projection) => gauge.set({ projection }, seconds)),
  );
  metrics.gauge(
    'parking_projection_parked',
    'Streams that a projection could not go on with',
    ['projection'],
    (gauge) => runner.parked().forEach((count, projection) => gauge.set({ projection }, count)),
  );
  if ((await endsSoonAfter(runner.run(signal), signal, GRACE_MS)) === 'left behind')
    log.warn('the projections did not end in time: their leases run out by themselves');
}
