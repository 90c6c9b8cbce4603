import { type Position } from '../../../application/ports/event-store/position.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { type Projection } from '../../../projections/runner/projection.ts';
import { ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { ProjectionRunner } from '../../../projections/runner/runner.ts';
import { Failure } from '../failure.ts';
import { type Resources } from './connect.ts';
import { endsSoonAfter } from './ends-soon.ts';

const PATIENCE_MS = 30_000;

/** Ours when nobody else makes them: given up after this long, so that no verb hangs on its own helper. */
const LEAVING_MS = 2_000;

/** Read models up to now, or up to a position, whoever makes them: a projector that runs elsewhere, else we ourselves. */
export async function readModelsUpTo(
  resources: Resources,
  position: Position | 'now',
  names: readonly string[] = allProjections.map(({ name }) => name),
): Promise<void> {
  const { databases, pool, store } = resources;
  const projections = allProjections.filter(({ name }) => names.includes(name));
  await installProjections(pool, projections);
  const wanted = position === 'now' ? await store.head('domain') : position;
  const progress = new ProjectionsProgress({
    pool,
    databaseUrl: databases.readModels,
    store,
    projections: names,
  });
  try {
    if (await progress.waitFor(wanted, 0, names)) return;
    await withRunner(resources, projections, async () => {
      if (await progress.waitFor(wanted, PATIENCE_MS, names)) return;
      throw new Failure('read-model-behind', 'the read models did not come up to date in 30 s');
    });
  } finally {
    await progress.close();
  }
}

/** It takes only what nobody owns, so beside a live projector it does nothing. */
async function withRunner(
  { log, openPool, store }: Resources,
  projections: readonly Projection[],
  work: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const runner = new ProjectionRunner({
    pool: openPool('projections', 3),
    store,
    projections,
    onProblem: (problem, error) => log.warn({ err: error }, problem),
  });
  const running = endsSoonAfter(runner.run(stop.signal), stop.signal, LEAVING_MS);
  try {
    await work();
  } finally {
    stop.abort();
    await running;
  }
}
