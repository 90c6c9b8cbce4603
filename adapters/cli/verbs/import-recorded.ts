import { stat } from 'node:fs/promises';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { maybeOneTenant } from '../../../projections/tenants/queries.ts';
import { now, requireId } from '../act.ts';
import { Failure, WrongUse } from '../failure.ts';
import { Progress } from '../progress.ts';
import { type Resources } from '../system/connect.ts';
import { readModelsUpTo } from '../system/read-models.ts';
import { PostgresEvidenceBoard } from '../../sensor-tables/postgres-evidence-board.ts';
import { makeIntake, makeSensorProcess, untilSensed, untilSilencesTold } from '../system/sensors.ts';
import { type Invocation, type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';
import {
  type ChirpstackImportOptions,
  IMPORT_ACTOR,
  importChirpstack,
  type ImportReport,
} from './import-chirpstack.ts';
import { importedSite } from './imported-site.ts';
import { type RegistrationPlace } from './register-recorded-devices.ts';

export const importRecorded: Verb = async (invocation) => {
  const { answers, output } = invocation;
  const file = answers.operand(0, 'file');
  const tenantId = requireId(answers.required('tenant'), 'tenant');
  const speed = readSpeed(answers.text('speed'));
  if (!(await stat(file).catch(() => null))?.isFile())
    throw new Failure('not-found', `there is no file ${file}`);
  return withResources(async (_, resources) => {
    await readModelsUpTo(resources, 'now', ['tenants']);
    if ((await maybeOneTenant(resources.read, tenantId)) === null)
      throw new Failure('not-found', 'there is no such tenant');
    const dryRun = answers.flag('dry-run');
    const register = answers.flag('register')
      ? await placeOf(invocation, resources, tenantId, dryRun)
      : undefined;
    const report = await runImport(invocation, resources, { file, tenantId, speed, dryRun, register });
    await output.result(report, describe(report));
    return report.refused > 0 ? 1 : 0;
  })(invocation);
};

interface Import {
  readonly file: string;
  readonly tenantId: string;
  readonly speed: 'max' | number;
  readonly dryRun: boolean;
  readonly register: RegistrationPlace | undefined;
}

async function runImport(
  { output }: Invocation,
  resources: Resources,
  { register, ...rest }: Import,
): Promise<ImportReport> {
  const stop = new AbortController();
  // Beside a running system ours has nothing to do: one sensor process is in charge.
  const sensing = rest.dryRun ? Promise.resolve() : makeSensorProcess(resources).run(stop.signal);
  const progress = new Progress(output, 'frames');
  try {
    return await importChirpstack({
      ...rest,
      store: resources.store,
      intake: makeIntake(resources),
      untilHandled: (frames, domain) => untilSensed(resources, frames, domain, stop.signal),
      evidence: evidenceOfImport(resources, rest.tenantId),
      untilSilencesTold: () => untilSilencesTold(resources, rest.tenantId, stop.signal),
      now,
      onProgress: ({ sent, total }) => progress.show(sent, total),
      ...(register === undefined ? {} : { register }),
    });
  } finally {
    progress.end();
    stop.abort();
    await sensing;
  }
}

/** One word for each tenant: that of an import which was killed is taken over by the next. */
function evidenceOfImport(
  { pool }: Resources,
  tenantId: string,
): NonNullable<ChirpstackImportOptions['evidence']> {
  const board = new PostgresEvidenceBoard(pool);
  const intake = `import/${tenantId}`;
  return {
    report: (through) => {
      const at = now();
      return board.report({ intake, writtenAt: at, through: at, byTenant: new Map([[tenantId, through]]) });
    },
    end: async () => {
      await board.withdraw(intake);
    },
  };
}

async function placeOf(
  { answers }: Invocation,
  { handlers }: Resources,
  tenantId: string,
  dryRun: boolean,
): Promise<RegistrationPlace> {
  const site = answers.text('site');
  const zone = answers.text('zone');
  const siteId =
    site === undefined
      ? await importedSite(handlers, tenantId, IMPORT_ACTOR, dryRun)
      : requireId(site, 'site');
  return {
    handlers,
    siteId,
    policy: defaultPolicy,
    ...(zone === undefined ? {} : { zoneId: requireId(zone, 'zone') }),
  };
}

function readSpeed(text = 'max'): 'max' | number {
  if (text === 'max') return 'max';
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new WrongUse(`--speed ${text}: expected max, 1, or a number above 0`);
}

function describe(report: ImportReport): string[] {
  const { accepted, devices, domain_events_added: added, duplicates, lines, mistakes, refused: bad } = report;
  const { findings } = report;
  const known = devices.filter((device) => device.device_type !== null).length;
  return [
    `${lines} lines, ${accepted} accepted (${duplicates} repeats), ${bad} refused`,
    `${devices.length} devices, ${known} of a known type`,
    ...describeFindings(findings),
    added === null ? 'nothing was changed (dry run)' : `${added} domain events added`,
    ...mistakes.map(({ errors, line }) => `line ${line}: ${errors.map(({ message }) => message).join('; ')}`),
  ];
}

function describeFindings(findings: ImportReport['findings']): string[] {
  const { kinds, wrong_clocks: clocks } = findings;
  return [
    Object.entries(kinds)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', '),
    `${findings.second_deliveries} delivered twice, ${findings.radio_repeats} repeated by the radio, ${findings.lost} lost on the way`,
    `${findings.joins} joins, ${findings.rejoins} rejoins, ${findings.counter_resets} counters that began anew`,
    `${findings.out_of_order} out of order, ${findings.clock_against_counter} with a clock against the counter`,
    `clocks: ${clocks.gateway_off} gateways off, ${clocks.never_set} never set, ${clocks.ahead} ahead, ${clocks.none} without a time`,
  ].filter((line) => line !== '');
}
