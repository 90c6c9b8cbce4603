import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, ApiClient, newTenant } from './api-client.ts';
import { type DataFolder, dataFolder } from './program.ts';

const TIMEOUT = 120_000;

/** A heartbeat every three hours: silent after 6.6. */
const TYPE = 'milesight-udl';
/** An echo from a roof. */
const OCCUPIED = Buffer.from('04828403', 'hex').toString('base64');

const began = Date.now();
const minutesAgo = (minutes: number): string => new Date(began - minutes * 60_000).toISOString();

describe('serve', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  beforeAll(async () => (folder = await dataFolder()));
  afterAll(() => folder.remove(), TIMEOUT);

  it('U10: tells by itself that a whole site is silent, once, also after a restart', async () => {
    const server = folder.start('serve');
    const api = new ApiClient(await addressOf(server), (await newTenant(folder)).key);
    const site = await api.make('/sites', { name: 'Harbour', time_zone: 'UTC' });
    // The first two were heard for the last time when the gateway went down.
    for (const [i, heardMinAgo] of [410, 405, 5, 5, 5].entries()) {
      const devEui = `00000000000000f${i}`;
      const place = { site_id: site['id'], code: `A-0${i}`, name: `Bay ${i}` };
      const space = await api.make('/spaces', { ...place, commissioned_at: minutesAgo(1440) });
      await api.make('/devices', { dev_eui: devEui, device_type: TYPE, kind: 'sensor' });
      const assignment = { dev_eui: devEui, effective_at: minutesAgo(1440) };
      await api.make(`/spaces/${String(space['id'])}/sensor`, assignment, 'PUT');
      await api.make('/uplink?event=up', {
        deduplicationId: randomUUID(),
        time: minutesAgo(heardMinAgo),
        deviceInfo: { devEui, tags: {} },
        devAddr: '01020304',
        fCnt: 1,
        fPort: 85,
        data: OCCUPIED,
      });
    }
    const path = `/incidents?site_id=${String(site['id'])}`;
    const isOneSilence = ({ items }: Record<string, unknown>): boolean =>
      JSON.stringify((items as Record<string, unknown>[] | undefined)?.map(({ kind }) => kind)) ===
      '["site-silence"]';
    const { items } = (await api.until(path, isOneSilence)) as Record<string, unknown>;
    expect(items).toMatchObject([{ status: 'open', start_time: minutesAgo(14), detail: { devices: 2 } }]);
    expect((await server.stop()).status).toBe(0);

    const again = folder.start('serve');
    api.url = await addressOf(again);
    // The second look after the start.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect((await api.get(path)).body['items']).toEqual(items);
    const { stdout, status } = await again.stop();
    expect(status).toBe(0);
    expect(stdout).not.toMatch(/site-silence|could not be told/);
  });
});
