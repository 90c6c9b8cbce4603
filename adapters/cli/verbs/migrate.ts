import { type Settings, readSettings } from '../../config/index.ts';
import { migrateDown, migrateUp, migrationStatus } from '../../read-database/index.ts';
import { type Databases, joinDatabases, migratedUrls } from '../system/urls.ts';
import { placeOf } from '../system/schema.ts';
import { WrongUse } from '../failure.ts';
import { type ExitCode } from '../exit-code.ts';
import { type Invocation, type Verb } from '../verb.ts';

export const migrateUpVerb: Verb = withDatabases((invocation, databases) =>
  move(invocation, databases, 'up'),
);

export const migrateDownVerb: Verb = (invocation) => {
  if (!invocation.answers.flag('dry-run'))
    invocation.answers.requireYes('this drops tables with what is in them');
  return withDatabases((_, databases) => move(invocation, databases, 'down'))(invocation);
};

export const migrateStatusVerb: Verb = withDatabases(async ({ output }, databases) => {
  let pending = 0;
  const rows = [];
  for (const url of migratedUrls(databases)) {
    for (const { name, appliedAt } of await migrationStatus(url)) {
      if (appliedAt === null) pending += 1;
      rows.push({ name, applied_at: appliedAt, database: placeOf(url) });
    }
  }
  await output.list(rows, ['name', 'applied_at', 'database'], 'no migrations');
  return pending === 0 ? 0 : 1;
});

async function move(
  { answers, output }: Invocation,
  databases: Databases,
  direction: 'up' | 'down',
): Promise<ExitCode> {
  const to = answers.number('to');
  const dryRun = answers.flag('dry-run');
  const run = direction === 'up' ? migrateUp : migrateDown;
  const done: { readonly name: string; readonly database: string }[] = [];
  for (const databaseUrl of migratedUrls(databases)) {
    const names = await run({ databaseUrl, dryRun, ...(to === undefined ? {} : { to }) });
    done.push(...names.map((name) => ({ name, database: placeOf(databaseUrl) })));
  }
  const verb = dryRun ? 'would be' : 'was';
  const what = direction === 'up' ? 'applied' : 'taken back';
  await output.result(
    { direction, dry_run: dryRun, migrations: done },
    done.length === 0
      ? 'nothing to do'
      : done.map(({ name, database }) => `${name} ${verb} ${what} (${database})`),
  );
  return 0;
}

function withDatabases(run: (invocation: Invocation, databases: Databases) => Promise<ExitCode>): Verb {
  return async (invocation) => {
    const settings: Settings = readSettings(invocation.env);
    if (settings.eventStoreUrl.kind === 'memory')
      throw new WrongUse(
        'a memory store makes a database of its own at each start: there is nothing to migrate',
      );
    const databases = await joinDatabases(settings, () => undefined);
    try {
      return await run(invocation, databases);
    } finally {
      await databases.leave();
    }
  };
}
