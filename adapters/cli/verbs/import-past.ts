import { stat } from 'node:fs/promises';
import { nameSchema } from '../../../domain/identity/names.ts';
import { type LocalClock } from '../../../domain/utilization/local-clock.ts';
import { maybeOneTenant } from '../../../projections/tenants/queries.ts';
import { now, requireId } from '../act.ts';
import { Failure, WrongUse } from '../failure.ts';
import { type HistoryKind, parseColumns } from '../history-import/columns.ts';
import {
  type HistoryImportReport,
  type HistoryPlace,
  importHistory,
} from '../history-import/import-history.ts';
import { clockOf } from '../history-import/read-time.ts';
import { Progress } from '../progress.ts';
import { type Resources } from '../system/connect.ts';
import { readModelsUpTo } from '../system/read-models.ts';
import { type Invocation, type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';
import { importedSite } from './imported-site.ts';

export const importSessions: Verb = (invocation) => importPast('sessions', invocation);
export const importTransitions: Verb = (invocation) => importPast('transitions', invocation);

interface Asked {
  readonly tenantId: string;
  readonly siteId: string | null;
  readonly zoneId: string | null;
  readonly clock: LocalClock | null;
  readonly source: string;
  readonly dryRun: boolean;
}

async function importPast(kind: HistoryKind, invocation: Invocation) {
  const { answers, output } = invocation;
  const file = answers.operand(0, 'file');
  const columns = parseColumns(kind, answers.text('columns'));
  const asked = read(invocation);
  if (!(await stat(file).catch(() => null))?.isFile())
    throw new Failure('not-found', `there is no file ${file}`);
  return withResources(async (_, resources) => {
    await readModelsUpTo(resources, 'now', ['tenants', 'spaces_current']);
    const { tenantId, siteId, clock, source, dryRun } = asked;
    if ((await maybeOneTenant(resources.read, tenantId)) === null)
      throw new Failure('not-found', 'there is no such tenant');
    await requireSite(resources, asked);
    const progress = new Progress(output, 'facts');
    const report = await importHistory({
      ...resources,
      ...{ kind, file, columns, tenantId, siteId, clock, source, dryRun, now },
      onProgress: (done, total) => progress.show(done, total),
      ...(answers.flag('register') ? { register: () => placeOf(resources, asked) } : {}),
    }).finally(() => progress.end());
    await output.result(report, describe(report));
    return report.rejected > 0 ? 1 : 0;
  })(invocation);
}

function read({ answers }: Invocation): Asked {
  const site = answers.text('site');
  const zone = answers.text('zone');
  const timeZone = answers.text('time-zone');
  const source = nameSchema.safeParse(answers.required('source'));
  if (!source.success) throw new WrongUse('--source: expected a name of 1 to 100 characters');
  return {
    tenantId: requireId(answers.required('tenant'), 'tenant'),
    siteId: site === undefined ? null : requireId(site, 'site'),
    zoneId: zone === undefined ? null : requireId(zone, 'zone'),
    clock: timeZone === undefined ? null : clockOf(timeZone),
    source: source.data,
    dryRun: answers.flag('dry-run'),
  };
}

async function requireSite({ handlers }: Resources, { siteId, tenantId }: Asked): Promise<void> {
  if (siteId === null) return;
  const { state } = await handlers.site.load(tenantId, siteId);
  if (state.status === 'unregistered') throw new Failure('not-found', 'the tenant has no such site');
}

async function placeOf({ handlers }: Resources, asked: Asked): Promise<HistoryPlace> {
  const { clock, dryRun, siteId, source, tenantId, zoneId } = asked;
  const maker = { type: 'import', id: source } as const;
  return {
    siteId: siteId ?? (await importedSite(handlers, tenantId, maker, dryRun, clock?.timeZone)),
    ...(zoneId === null ? {} : { zoneId }),
  };
}

function describe(report: HistoryImportReport): string[] {
  const { domain_events_added: added, facts_known: known, facts_told: told, mistakes, rejected } = report;
  const rate = `${report.seconds} s, ${report.rows_per_second} rows/s`;
  const facts =
    added === null
      ? `${told} facts would be told, ${known} are on record; nothing was changed (dry run)`
      : `${told} facts told, ${known} were on record: ${added} domain events added`;
  return [
    `${report.rows} rows, ${report.accepted} accepted, ${report.repeats} repeats, ${rejected} rejected (${rate})`,
    `${report.spaces} spaces, ${report.spaces_registered} of them new`,
    facts,
    ...mistakes.map(({ code, detail, line }) => `line ${line}: ${detail} (${code})`),
    ...(report.rejected_file === null ? [] : [`rejected rows are in ${report.rejected_file}`]),
  ];
}
