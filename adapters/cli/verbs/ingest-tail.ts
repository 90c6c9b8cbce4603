import { setTimeout as sleep } from 'node:timers/promises';
import { meaningOf } from '../../../application/frames/outcome-meanings.ts';
import { readDevEui } from '../../../domain/identity/ids.ts';
import { type Arrived, manyArrived } from '../../../projections/intake-log/queries.ts';
import { encodeCursor } from '../../../projections/reading/page.ts';
import { requireId } from '../act.ts';
import { WrongUse } from '../failure.ts';
import { untilAskedToStop } from '../system/signals.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

const EVERY_MS = 1_000;
const SHOWN_AT_FIRST = 20;
const PAGE = 500;

/** What comes to the intake, as it is handled or refused. */
export const ingestTail: Verb = (invocation) => {
  const { answers } = invocation;
  const tenant = answers.text('tenant');
  const tenantId = tenant === undefined ? null : requireId(tenant, 'tenant');
  const device = answers.text('device');
  const devEui =
    device === undefined
      ? undefined
      : (readDevEui(device) ?? wrong(`--device ${device}: expected 16 hex digits`));
  const filter = { tenantId, devEui, rejectedOnly: answers.flag('rejected') };
  const limit = answers.number('limit', 1, PAGE) ?? SHOWN_AT_FIRST;
  return withResources(async ({ output }, { read }) => {
    const before = [...(await manyArrived(read, filter, { limit, order: 'desc' }))].slice(0, limit).reverse();
    if (before.length === 0) output.note('nothing came so far');
    for (const arrived of before) await output.item(row(arrived), lineOf(arrived));
    if (answers.flag('once')) return 0;
    const stopped = new AbortController();
    void untilAskedToStop(() => stopped.abort());
    let last = before.at(-1);
    while (!stopped.signal.aborted) {
      await sleep(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      const cursor = last === undefined ? {} : { cursor: encodeCursor([last.at, last.id]) };
      const news = await manyArrived(read, filter, { limit: PAGE, order: 'asc', ...cursor });
      for (const arrived of news) await output.item(row(arrived), lineOf(arrived));
      last = news.at(-1) ?? last;
    }
    return 0;
  })(invocation);
};

/** Of the same widths whatever comes next. */
function lineOf(arrived: Arrived): string {
  const { detail, dev_eui: devEui, meaning, outcome, received_at: at } = row(arrived);
  const why = detail === null ? meaning : `${meaning} (${detail})`;
  return `${at}  ${(devEui ?? '-').padEnd(16)}  ${outcome.padEnd(24)}  ${why}`;
}

function row(arrived: Arrived) {
  if (arrived.kind === 'refused') {
    const { code, detail, devEui, keyId, path, status, tenantId } = arrived.refusal;
    return {
      received_at: arrived.at,
      accepted: false,
      dev_eui: devEui,
      outcome: `${status} ${code}`,
      detail,
      meaning: `refused: ${path}`,
      tenant_id: tenantId,
      key_id: keyId,
    };
  }
  const { detail, devEui, frameId, outcome, spaceId } = arrived.reading;
  return {
    received_at: arrived.at,
    accepted: true,
    dev_eui: devEui,
    outcome,
    detail,
    meaning: meaningOf(outcome),
    frame_id: frameId,
    space_id: spaceId,
  };
}

function wrong(message: string): never {
  throw new WrongUse(message);
}
