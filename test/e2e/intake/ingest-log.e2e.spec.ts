import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRefused } from '../../../adapters/refused-messages/postgres-refused-messages.ts';
import { newCommandId } from '../../../application/ids/ids.ts';
import { type RefusedMessage } from '../../../application/intake/refused-messages.ts';
import { instantOf } from '../../../domain/time/instant.ts';
import { addressOf, ApiClient, newSpace, newTenant, uplink } from '../cli/api-client.ts';
import { type DataFolder, dataFolder, type Program } from '../cli/program.ts';
import { startApi, type TestApi } from '../../support/api.ts';

type Item = Readonly<Record<string, unknown>>;

const SENSOR = '70b3d5e75e00c001';
const STRANGER = '70b3d5e75e00c0ff';

describe('why does nothing arrive', () => {
  let folder: DataFolder;
  let server: Program;
  let tenant: { readonly id: string; readonly key: string };
  let api: ApiClient;
  beforeAll(async () => {
    folder = await dataFolder();
    server = folder.start('serve');
    tenant = await newTenant(folder);
    api = new ApiClient(await addressOf(server), tenant.key);
    await newSpace(api, 'A-01', SENSOR);
  }, 60_000);
  afterAll(() => folder.remove(), 60_000);

  const log = async (query = '', key = tenant.key): Promise<Item[]> => {
    const answer = await fetch(`${api.url}/api/v1/ingest/log${query}`, { headers: { 'x-api-key': key } });
    expect(answer.status).toBe(200);
    return ((await answer.json()) as { items: Item[] }).items;
  };
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const all = { 'content-type': 'application/json', 'x-api-key': tenant.key, ...headers };
    return (await fetch(`${api.url}/api/v1/uplink?event=up`, { method: 'POST', body, headers: all })).status;
  };

  it('shows what was taken with what became of it, and what was refused with the reason, the newest first', async () => {
    expect(await post(JSON.stringify(uplink(1, true, SENSOR)))).toBe(200);
    expect(await post(JSON.stringify(uplink(7, true, STRANGER)))).toBe(200);
    expect(await post('{"deviceInfo":')).toBe(400);
    expect(await post(JSON.stringify({ ...uplink(2, true, SENSOR), fCnt: -1 }))).toBe(400);
    expect(await post('x', { 'content-type': 'application/x-protobuf' })).toBe(415);
    expect(await post('{}', { 'x-api-key': `${tenant.key.slice(0, -1)}x` })).toBe(401);
    await expect.poll(async () => (await log()).length, { timeout: 10_000 }).toBe(5);
    const items = await log();
    expect(items.map(({ accepted, code, outcome }) => [accepted, code, outcome])).toEqual([
      [false, 'unsupported-media-type', null],
      [false, 'validation-failed', null],
      [false, 'validation-failed', null],
      [true, null, 'orphan'],
      [true, null, 'applied'],
    ]);
    expect(items[0]?.['detail']).toContain('JSON');
    expect(items[1]).toMatchObject({ dev_eui: SENSOR, status: 400 });
    expect(items[1]?.['detail']).toContain('/fCnt');
    expect(items[3]).toMatchObject({ dev_eui: STRANGER });
    expect(JSON.stringify(items)).not.toContain(tenant.key);
  });

  it('of one device, of refused ones only, page by page', async () => {
    expect((await log(`?dev_eui=${SENSOR}`)).map(({ accepted }) => accepted)).toEqual([false, true]);
    const refused = await log('?rejected=true');
    expect(refused.map(({ accepted }) => accepted)).toEqual([false, false, false]);
    const headers = { 'x-api-key': tenant.key };
    const pages: Item[] = [];
    let cursor = '';
    do {
      const address = `${api.url}/api/v1/ingest/log?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = (await (await fetch(address, { headers })).json()) as {
        items: Item[];
        next_cursor: string | null;
      };
      pages.push(...page.items);
      cursor = page.next_cursor ?? '';
    } while (cursor !== '');
    expect(pages).toEqual(await log());
  });

  it('is nobody else’s', async () => {
    const other = await newTenant(folder);
    expect(await log('', other.key)).toEqual([]);
  });

  it('ingest tail shows the same of all tenants, with what came with no key that is known, and follows', async () => {
    const rows = await folder.list('ingest', 'tail', '--once');
    expect(rows.map(({ accepted, outcome }) => [accepted, outcome]).slice(0, 2)).toEqual([
      [true, 'applied'],
      [true, 'orphan'],
    ]);
    expect(rows.at(-1)).toMatchObject({ accepted: false, outcome: '401 unauthenticated', tenant_id: null });
    const ofDevice = await folder.list(
      'ingest',
      'tail',
      '--once',
      '--device',
      SENSOR.toUpperCase(),
      '--rejected',
    );
    expect(ofDevice.map(({ outcome }) => outcome)).toEqual(['400 validation-failed']);
    expect((await folder.run('ingest', 'tail', '--device', 'nonsense')).status).toBe(2);
    const tail = folder.start('ingest', 'tail', '--rejected');
    await tail.says(/unsupported-media-type/);
    expect(await post('[')).toBe(400);
    await tail.says(/validation-failed[^\n]*\n(.*\n)*.*validation-failed[^\n]*\n(.*\n)*.*validation-failed/);
    await tail.stop('SIGINT');
  });
});

describe('refused messages', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.close());

  const refused = (tenantId: string | null, minutesAgo: number): RefusedMessage => ({
    at: instantOf(Date.now() - minutesAgo * 60_000),
    tenantId,
    keyId: null,
    path: '/api/v1/uplink\u0000',
    status: 400,
    code: 'validation-failed',
    detail: `${minutesAgo} \ud800`,
    devEui: null,
    bytes: 3,
  });
  const kept = async () => {
    const { rows } = await api.pool.query<{ tenant_id: string | null; count: string }>(
      'SELECT tenant_id, count(*) FROM sensing.refused_messages GROUP BY tenant_id ORDER BY 1',
    );
    return rows.map(({ count, tenant_id }) => [tenant_id, Number(count)]);
  };

  it('are few: the newest thousand of each tenant, and none older than a week', async () => {
    const quiet = '11111111-1111-4111-8111-111111111111';
    await writeRefused(api.pool, newCommandId, [refused(quiet, 8 * 1_440), refused(quiet, 6 * 1_440)]);
    const flood = Array.from({ length: 1_200 }, (_, n) => refused(null, n));
    await writeRefused(api.pool, newCommandId, flood);
    expect(await kept()).toEqual([
      [quiet, 1],
      [null, 1_000],
    ]);
  });
});
