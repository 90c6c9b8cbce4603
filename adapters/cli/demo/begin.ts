import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Settings } from '../../config/index.ts';
import { discardEmbeddedPostgres } from '../../embedded-postgres/index.ts';
import { type Answers } from '../answers.ts';
import { Failure } from '../failure.ts';
import { type DemoFile, forgetDemoFile, readDemoFile } from './keys.ts';

export interface Beginning {
  /** The city that is there already; null: a new one is founded. */
  readonly city: DemoFile | null;
  /** Why data were deleted; null: none were. */
  readonly cleared: string | null;
}

/** Finds what an earlier start has left, and clears it away where that is asked for or it is only half done. */
export async function beginDemo(settings: Settings, answers: Answers): Promise<Beginning> {
  const { dataDir } = settings;
  const city = await readDemoFile(dataDir);
  const isOwn = settings.databaseUrl.kind === 'embedded' && settings.eventStoreUrl.kind === 'embedded';
  if (answers.flag('fresh')) {
    if (!isOwn)
      throw new Failure(
        'not-embedded',
        'demo --fresh deletes only the embedded Postgres: with a store or database given by URL, begin anew there',
      );
    if (city === null && (await isThere(join(dataDir, 'postgres'))))
      answers.requireYes(`the data in ${dataDir} were not made by the demo, and would be deleted`);
    await clear(dataDir);
    return { city: null, cleared: 'The data of the demo before were deleted.' };
  }
  if (city?.finished_at !== null || !isOwn)
    return { city: (city?.finished_at ?? null) === null ? null : city, cleared: null };
  await clear(dataDir);
  return { city: null, cleared: 'An earlier start was not finished: the city is made anew.' };
}

async function clear(dataDir: string): Promise<void> {
  await discardEmbeddedPostgres(dataDir);
  await forgetDemoFile(dataDir);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
