import { positionToken } from '../../../application/ports/event-store/position.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { readParked } from '../../../projections/runner/parking.ts';
import { type ProjectionProgress, ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { rebuild } from '../../../projections/runner/rebuild.ts';
import { WrongUse } from '../failure.ts';
import { type Resources } from '../system/connect.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

const NAMES = allProjections.map(({ name }) => name);

export const projectionList: Verb = withResources(async ({ output }, resources) => {
  const owners = await ownersOf(resources);
  const rows = (await progressOf(resources)).map((one) => ({
    name: one.projection,
    status: one.status,
    generation: one.generation,
    position: one.position === null ? null : positionToken(one.position),
    recorded_at: one.recordedAt,
    parked_streams: one.parkedStreams,
    owned: owners.has(one.projection),
    error: one.error === null ? null : { code: one.errorCode, detail: one.error },
  }));
  const columns = [
    'name',
    'status',
    'generation',
    'position',
    'recorded_at',
    'parked_streams',
    'owned',
    'error',
  ];
  await output.list(rows, columns, 'no read models');
  return rows.some(({ error }) => error !== null) ? 1 : 0;
});

export const projectionParked: Verb = withResources(async ({ output }, resources) => {
  const rows = [];
  for (const { generation, projection } of await progressOf(resources)) {
    for (const parked of await readParked(resources.pool, projection, generation)) {
      rows.push({
        projection,
        stream: parked.stream,
        kind: parked.kind,
        from_revision: parked.fromRevision,
        last_revision: parked.lastRevision,
        events: parked.parkedCount,
        event_type: parked.eventType,
        error: parked.error,
      });
    }
  }
  await output.list(
    rows,
    ['projection', 'stream', 'kind', 'from_revision', 'events', 'error'],
    'none is parked',
  );
  return rows.length > 0 ? 1 : 0;
});

export const projectionRebuild: Verb = (invocation) => {
  const { answers, output } = invocation;
  const name = answers.operand(0, 'name');
  const chosen = allProjections.filter((one) => name === 'all' || one.name === name);
  if (chosen.length === 0) throw new WrongUse(`${name}: expected all or one of ${NAMES.join(', ')}`);
  return withResources(async (_, resources) => {
    const pool = resources.openPool('rebuild', 3);
    await installProjections(pool, allProjections);
    for (const projection of chosen) {
      const result = await rebuild(projection, {
        pool,
        store: resources.store,
        onProgress: ({ events, seconds }) =>
          output.note(`${projection.name}: ${events} events, ${perSecond(events, seconds)}/s`),
        onProblem: (problem, error) => resources.log.warn({ err: error }, problem),
      });
      const { events, generation, parkedStreams, seconds } = result;
      const value = {
        name: projection.name,
        generation,
        events,
        seconds: Math.round(seconds * 1000) / 1000,
        events_per_second: perSecond(events, seconds),
        parked_streams: parkedStreams,
      };
      await output.item(
        value,
        `${projection.name}: ${events} events in ${seconds.toFixed(2)} s, generation ${generation}, ${parkedStreams} parked`,
      );
    }
    return 0;
  })(invocation);
};

function perSecond(events: number, seconds: number): number {
  return Math.round(events / Math.max(seconds, 0.001));
}

async function progressOf(resources: Resources): Promise<readonly ProjectionProgress[]> {
  const { databases, pool, store } = resources;
  await installProjections(pool, allProjections);
  const progress = new ProjectionsProgress({
    pool,
    databaseUrl: databases.readModels,
    store,
    projections: NAMES,
  });
  try {
    return await progress.all();
  } finally {
    await progress.close();
  }
}

/** Those that some process runs at this moment. */
async function ownersOf({ pool }: Resources): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ projection: string }>(
    'SELECT projection FROM projection.checkpoints WHERE owner IS NOT NULL AND lease_until > clock_timestamp()',
  );
  return new Set(rows.map(({ projection }) => projection));
}
