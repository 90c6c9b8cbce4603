import { setTimeout as sleep } from 'node:timers/promises';
import { type Position } from '../../../application/ports/event-store/position.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { ProjectionRunner } from '../../../projections/runner/runner.ts';
import { Failure } from '../failure.ts';
import { type Resources } from './connect.ts';

const PATIENCE_MS = 30_000;

/** Read models up to now, or up to a position, whoever makes them: a projector that runs elsewhere, else we ourselves. */
export async function readModelsUpTo(
  resources: Resources,
  position: Position | 'now',
  names: readonly string[] = allProjections.map(({ name }) => name),
): Promise<void> {
  const { databases, log, pool, store } = resources;
  const wanted = position === 'now' ? await store.head('domain') : position;
  const projections = allProjections.filter(({ name }) => names.includes(name));
  const progress = new ProjectionsProgress({
    pool,
    databaseUrl: databases.readModels,
    store,
    projections: names,
  });
  const stop = new AbortController();
  // It takes only what nobody owns, so beside a live projector it does nothing.
  const runner = new ProjectionRunner({
    pool: resources.openPool('projections', 3),
    store,
    projections,
    onProblem: (problem, error) => log.warn({ err: error }, problem),
  });
  const running = runner.run(stop.signal);
  try {
    const reached = await progress.waitFor(wanted, PATIENCE_MS, names).catch(async (error: unknown) => {
      // The tables of the first start are just being made.
      log.debug({ err: error }, 'no read models yet');
      await sleep(200);
      return progress.waitFor(wanted, PATIENCE_MS, names);
    });
    if (!reached) throw new Failure('read-model-behind', 'the read models did not come up to date in 30 s');
  } finally {
    stop.abort();
    await running;
    await progress.close();
  }
}
