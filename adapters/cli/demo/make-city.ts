import { newCommandId } from '../../../application/ids/ids.ts';
import { addSeconds, type Instant, instantOf } from '../../../domain/time/instant.ts';
import { type ProjectionsProgress } from '../../../projections/runner/progress.ts';
import { now } from '../act.ts';
import { Failure } from '../failure.ts';
import { Progress } from '../progress.ts';
import { type Output } from '../output.ts';
import { type Resources } from '../system/connect.ts';
import { planSpaces } from './city.ts';
import { foundCity } from './found.ts';
import { type DemoFile, keepDemoFile } from './keys.ts';
import { pastOf } from './past.ts';
import { replayPast } from './replay.ts';

export interface CityWork {
  readonly resources: Resources;
  readonly progress: ProjectionsProgress;
  readonly spaces: number;
  readonly output: Output;
  readonly signal: AbortSignal;
}

const PAST_S = 2 * 86_400;
const MINUTE_MS = 60_000;
const PATIENCE_MS = 60_000;

/** Where the past that is made ends: the minute in which the city was begun. */
export function endOfPast(begunAt: string): Instant {
  return instantOf(Math.floor(Date.parse(begunAt) / MINUTE_MS) * MINUTE_MS);
}

export function startOfPast(begunAt: string): Instant {
  return addSeconds(endOfPast(begunAt), -PAST_S);
}

/** Founds the city two days ago, lets the two days pass, and waits until the read models have seen them. */
export async function makeCity({ output, progress, resources, signal, spaces }: CityWork): Promise<DemoFile> {
  const { dataDir } = resources.settings;
  const begun: Instant = now();
  const until = endOfPast(begun);
  const from = startOfPast(begun);
  const empty = {
    begun_at: begun,
    finished_at: null,
    stories_told_at: null,
    tenant_id: '',
    site_ids: [],
    spaces: {},
    keys: {},
  };
  await keepDemoFile(dataDir, empty);
  const plan = planSpaces(spaces);
  const city = await foundCity(resources, newCommandId(), plan, from);
  signal.throwIfAborted();
  const histories = plan.map((space) => pastOf(space, from, until));
  const total = histories.reduce((sum, { steps }) => sum + steps.length, 0);
  const bar = new Progress(output, 'changes of two past days');
  let done = 0;
  await replayPast(resources, histories, {
    tenantId: city.tenantId,
    spaceIds: city.spaceIds,
    until,
    signal,
    onStep: () => bar.show((done += 1), total),
  }).finally(() => bar.end());
  const reached = await progress.waitFor(await resources.store.head('domain'), PATIENCE_MS);
  if (!reached) throw new Failure('read-model-behind', 'the read models did not come up to date in a minute');
  const file: DemoFile = {
    ...empty,
    finished_at: now(),
    tenant_id: city.tenantId,
    site_ids: [...city.siteIds],
    spaces: Object.fromEntries(city.spaceIds),
    keys: city.keys,
  };
  await keepDemoFile(dataDir, file);
  return file;
}
