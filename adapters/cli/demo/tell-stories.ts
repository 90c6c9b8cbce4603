import { PostgresEvidenceBoard } from '../../sensor-tables/postgres-evidence-board.ts';
import { now } from '../act.ts';
import { type Resources } from '../system/connect.ts';
import { readModelsUpTo } from '../system/read-models.ts';
import { untilSensed, untilSilencesTold } from '../system/sensors.ts';
import { planSpaces } from './city.ts';
import { DemoApi } from './demo-api.ts';
import { type DemoFile, keepDemoFile } from './keys.ts';
import { endOfPast, startOfPast } from './make-city.ts';
import { sendStories } from './stories.ts';

export function areStoriesUntold({ stories_told_at: told }: DemoFile): boolean {
  return told === null;
}

/**
 * Time stands still for the city's sensors until their stories are told: else a sensor would be called silent between
 * two frames of the day before yesterday. To be said before the sensor process begins.
 */
export async function holdTime({ pool }: Resources, city: DemoFile): Promise<void> {
  const at = now();
  const byTenant = new Map([[city.tenant_id, startOfPast(city.begun_at)]]);
  await new PostgresEvidenceBoard(pool).report({
    intake: nameOf(city),
    writtenAt: at,
    through: at,
    byTenant,
  });
}

/** Sends the frames of the stories and waits until all that follows from them can be seen. */
export async function tellStories(
  resources: Resources,
  url: string,
  city: DemoFile,
  signal: AbortSignal,
): Promise<DemoFile> {
  const { pool, settings, store } = resources;
  const spaces = planSpaces(Object.keys(city.spaces).length);
  const { begun_at: begunAt, tenant_id: tenantId } = city;
  await sendStories(new DemoApi(url, city), spaces, startOfPast(begunAt), endOfPast(begunAt), signal);
  await untilSensed(resources, await store.head('frames'), await store.head('domain'), signal);
  await new PostgresEvidenceBoard(pool).withdraw(nameOf(city));
  await untilSilencesTold(resources, tenantId, signal);
  signal.throwIfAborted();
  await readModelsUpTo(resources, 'now');
  const told = { ...city, stories_told_at: now() };
  await keepDemoFile(settings.dataDir, told);
  return told;
}

function nameOf({ tenant_id: tenantId }: DemoFile): string {
  return `demo/${tenantId}`;
}
