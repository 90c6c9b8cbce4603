import { join } from 'node:path';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { type Settings } from '../../config/index.ts';
import { createLogger } from '../../telemetry/index.ts';
import { drain } from '../system/drain.ts';
import { type Resources } from '../system/connect.ts';
import { untilAskedToStop, watchProcess } from '../system/signals.ts';
import { type RunningSystem, startSystem } from '../system/start-system.ts';
import { type ExitCode } from '../exit-code.ts';
import { type Invocation } from '../verb.ts';
import { beginDemo, type Beginning } from './begin.ts';
import { planSpaces } from './city.ts';
import { DemoApi } from './demo-api.ts';
import { type DemoFile } from './keys.ts';
import { liveTraffic } from './live.ts';
import { makeCity } from './make-city.ts';
import { asObject, type Scene, screen } from './screen.ts';
import { SimulatedSensors } from './simulated-sensors.ts';
import { storyOf } from './story-bays.ts';
import { areStoriesUntold, holdTime, tellStories } from './tell-stories.ts';

export interface DemoOptions {
  readonly settings: Settings;
  readonly spaces: number;
  readonly rate: number;
}

/** Ports behind the usual one that are tried before any free one is taken. */
const MORE_PORTS = 20;

export async function runDemo(invocation: Invocation, options: DemoOptions): Promise<ExitCode> {
  const { output } = invocation;
  const { rate, settings } = options;
  const beginning = await beginDemo(settings, invocation.answers);
  if (beginning.cleared !== null) output.note(beginning.cleared);
  const logFile = join(settings.dataDir, 'log', 'demo.log');
  const log = createLogger({ level: settings.logLevel, role: 'demo', file: logFile });
  watchProcess(log);
  const stopping = new AbortController();
  const asked = untilAskedToStop(() => {
    output.note('\nStopping; Ctrl-C again ends at once.');
    stopping.abort();
  });
  let city = beginning.city;
  let system: RunningSystem;
  try {
    system = await startSystem({
      settings,
      role: 'all',
      log,
      ports: portsFrom(settings.apiPort),
      signal: stopping.signal,
      prepare: async (resources, progress) => {
        city = await usable(resources, beginning);
        if (city !== null) output.note(await tellAge(resources, city));
        city ??= await makeCity({ ...options, resources, progress, output, signal: stopping.signal });
        if (areStoriesUntold(city)) await holdTime(resources, city);
      },
    });
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    output.note('Stopped before the city was finished: the next start makes it anew.');
    return 0;
  }
  if (city === null) throw new Error('the demo has no city');
  try {
    city = await withStories(system, city, stopping.signal);
  } catch (error) {
    await drain(system, settings.shutdownTimeout, log);
    if (!stopping.signal.aborted) throw error;
    output.note('Stopped before the stories were told: the next start tells them.');
    return 0;
  }
  tellPort(invocation, settings, system);
  const scene: Scene = { file: city, system, dataDir: settings.dataDir, logFile, rate };
  await output.result(asObject(scene), screen(scene));
  const traffic = startTraffic(scene, system.resources, stopping.signal);
  await asked;
  await traffic;
  const clean = await drain(system, settings.shutdownTimeout, log);
  output.note('Stopped. The data stay where they are: the next start goes on with them.');
  return clean ? 0 : 1;
}

async function withStories({ resources, url }: RunningSystem, city: DemoFile, signal: AbortSignal) {
  return areStoriesUntold(city) ? tellStories(resources, url ?? '', city, signal) : city;
}

async function startTraffic(scene: Scene, resources: Resources, signal: AbortSignal): Promise<void> {
  const { file, rate, system } = scene;
  const spaceIds = new Map(Object.entries(file.spaces));
  const spaces = planSpaces(spaceIds.size).filter(({ code }) => storyOf(code) === null);
  const api = new DemoApi(system.url ?? '', file);
  const sensors = await SimulatedSensors.load(resources, api, file.tenant_id, spaces);
  await liveTraffic({ api, sensors, spaces, spaceIds, rate, log: resources.log, signal });
}

/** Keys without the events that they belong to are of a store that is gone. */
async function usable({ handlers }: Resources, { city }: Beginning): Promise<DemoFile | null> {
  if (city === null) return null;
  const { revision } = await handlers.tenant.load(city.tenant_id, city.tenant_id);
  return revision === null ? null : city;
}

async function tellAge({ store }: Resources, city: DemoFile): Promise<string> {
  const newest = store.readAll({ categories: domainCategories, direction: 'backwards', limit: 1 });
  let last = city.begun_at;
  for await (const page of newest) last = page[0]?.recordedAt ?? last;
  return `Found Demo City, made ${ago(city.begun_at)}; its last event is of ${ago(last)}. It goes on from there.`;
}

function ago(instant: string): string {
  const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(instant)) / 60_000));
  if (minutes < 1) return 'less than a minute ago';
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1_440)} days ago`;
}

function portsFrom(first: number): readonly number[] {
  if (first === 0) return [0];
  const next = Array.from({ length: MORE_PORTS }, (_, index) => first + 1 + index);
  return [first, ...next.filter((port) => port <= 65_535), 0];
}

function tellPort({ output }: Invocation, { apiPort }: Settings, { url }: RunningSystem): void {
  const port = Number(new URL(url ?? 'http://0').port);
  if (apiPort !== 0 && port !== apiPort)
    output.note(`Port ${apiPort} is taken by another program: ${port} it is.`);
}
