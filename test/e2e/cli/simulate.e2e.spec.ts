import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, ApiClient, newSpace, newTenant } from './api-client.ts';
import { type DataFolder, dataFolder } from './program.ts';

const HOUR_MS = 3_600_000;

type Item = Readonly<Record<string, unknown>>;

const verbs = ['uplink', 'arrival', 'departure', 'late', 'duplicate', 'repeat', 'lost'];

describe('simulate, beside a running system', () => {
  let folder: DataFolder;
  let api: ApiClient;
  let siteId: string;
  let bays = 0;

  beforeAll(async () => {
    folder = await dataFolder();
    const url = await addressOf(folder.start('serve'));
    api = new ApiClient(url, (await newTenant(folder)).key);
    siteId = String((await api.make('/sites', { name: 'Centre', time_zone: 'Europe/Paris' }))['id']);
  });
  afterAll(() => folder.remove());

  /** A bay that has had its sensor for three hours. */
  async function bay(deviceType = 'bosch-tps110-0.39'): Promise<Bay> {
    bays += 1;
    const code = `S-${String(bays).padStart(2, '0')}`;
    const eui = `70b3d5e75e1000${String(bays).padStart(2, '0')}`;
    const since = new Date(Date.now() - 3 * HOUR_MS).toISOString();
    const space = await api.make('/spaces', { site_id: siteId, code, name: code, commissioned_at: since });
    await api.make('/devices', { dev_eui: eui, device_type: deviceType, kind: 'sensor' });
    const id = String(space['id']);
    await api.make(`/spaces/${id}/sensor`, { dev_eui: eui, effective_at: since }, 'PUT');
    return new Bay(folder, api, { code, id, eui });
  }

  it('arrival and departure: a car comes and goes; what was so already is said', async () => {
    const one = await bay();
    const came = await one.simulate('arrival');
    expect(came).toMatchObject({ says: 'OCCUPIED', before: 'UNKNOWN', is_news: true, outcome: 'applied' });
    await one.becomes('OCCUPIED');
    expect(await one.simulate('arrival')).toMatchObject({
      before: 'OCCUPIED',
      is_news: false,
      outcome: 'unchanged',
    });
    const { stdout } = await folder.run('simulate', 'arrival', one.code);
    expect(stdout).toMatch(new RegExp(`${one.code} was occupied already: nobody could arrive`));
    expect(await one.simulate('departure')).toMatchObject({ is_news: true, f_cnt: 3 });
    await one.becomes('FREE');
    const again = await folder.run('simulate', 'departure', one.code);
    expect(again.stdout).toMatch(/was vacant already: nobody could leave/);
    expect(await one.sessions(() => true)).toMatchObject([
      { start_time: came['sent_at'], quality: 'clean', correction_no: 0 },
    ]);
  });

  it('late, and nothing newer was heard: the present began when the frame was sent', async () => {
    const one = await bay();
    const came = await one.simulate('arrival', '--late', '20m');
    expect(came).toMatchObject({ is_late: false, outcome: 'applied', f_cnt: 0 });
    expect(Date.now() - Date.parse(String(came['sent_at']))).toBeGreaterThan(20 * 60_000 - 1);
    expect(await one.becomes('OCCUPIED')).toMatchObject({ state_since: came['sent_at'] });
  });

  it('lost, then late: uncertain since when, until the lost frame arrives and corrects the past', async () => {
    const one = await bay();
    await one.simulate('arrival', '--late', '1h');
    const behind = await one.simulate('lost');
    expect(behind).toMatchObject({
      says: 'VACANT',
      f_cnt: 2,
      frame_lost_before: true,
      is_late: false,
      outcome: 'applied',
    });
    const [uncertain] = await one.sessions(([stay]) => stay?.['end_time'] !== null);
    expect(uncertain).toMatchObject({ quality: 'uncertain', end_time: behind['sent_at'] });
    expect(Number(uncertain?.['uncertainty_s'])).toBeGreaterThanOrEqual(3_600);

    const late = await one.simulate('departure', '--late', '20m');
    expect(late).toMatchObject({
      f_cnt: 1,
      is_late: true,
      counter_used_before: false,
      before: 'OCCUPIED',
      is_news: true,
      outcome: 'late',
    });
    expect(await one.sessions(([stay]) => stay?.['correction_no'] === 1)).toMatchObject([
      { end_time: late['sent_at'], uncertainty_s: 0, quality: 'corrected' },
    ]);
    await one.becomes('FREE');
  });

  it('late, between frames of which none is missing: its place is right, the present stands, and the doubt is said', async () => {
    const one = await bay();
    await one.simulate('arrival', '--late', '2h');
    const left = await one.simulate('departure', '--late', '1h');
    const came = await one.simulate('arrival');
    const late = await one.simulate('late', '--by', '20m');
    expect(late).toMatchObject({
      says: 'OCCUPIED',
      f_cnt: 1,
      is_late: true,
      counter_used_before: true,
      outcome: 'late',
    });
    const stays = await one.sessions((all) => all.some(({ correction_no: no }) => no === 1));
    expect(stays).toHaveLength(2);
    const second = stays.find(({ end_time: end }) => end === null);
    expect(second).toMatchObject({ start_time: late['sent_at'], quality: 'corrected' });
    const doubtS = (Date.parse(String(late['sent_at'])) - Date.parse(String(left['sent_at']))) / 1000;
    expect(second?.['uncertainty_s']).toBe(Math.ceil(doubtS));
    await one.becomes('OCCUPIED');
    // The sensor goes on as if nothing had been.
    expect(await one.simulate('departure')).toMatchObject({
      f_cnt: Number(came['f_cnt']) + 1,
      outcome: 'applied',
    });
    await one.becomes('FREE');
  });

  it('late, from before the first frame: it is the past that grows', async () => {
    const one = await bay();
    const came = await one.simulate('uplink', '--vacant');
    const late = await one.simulate('late', '--occupied', '--by', '30m');
    expect(late).toMatchObject({
      is_late: true,
      before: 'UNKNOWN',
      outcome: 'late',
      counter_used_before: false,
    });
    expect(late['dev_addr']).not.toBe(came['dev_addr']);
    expect(await one.sessions(({ length }) => length === 1)).toMatchObject([
      { start_time: late['sent_at'], end_time: came['sent_at'] },
    ]);
    await one.becomes('FREE');
    expect(await one.simulate('arrival')).toMatchObject({
      f_cnt: 1,
      dev_addr: came['dev_addr'],
      outcome: 'applied',
    });
  });

  it('late, from before the sensor watched the bay: kept, and said to change nothing', async () => {
    const one = await bay();
    await one.simulate('uplink', '--vacant');
    expect(await one.simulate('late', '--by', '1d')).toMatchObject({ outcome: 'unattributed' });
    const { stdout } = await folder.run('simulate', 'late', one.code, '--by', '2d');
    expect(stdout).toMatch(new RegExp(`did not watch ${one.code}`));
    expect(await one.sessions(() => true)).toEqual([]);
  });

  it('duplicate: the second delivery of a frame is known by its id', async () => {
    const one = await bay();
    expect(await one.simulate('duplicate')).toMatchObject({
      duplicate: true,
      says: 'OCCUPIED',
      outcome: 'applied',
    });
    expect(await one.simulate('departure', '--duplicate')).toMatchObject({
      duplicate: true,
      outcome: 'applied',
    });
    expect((await one.frames()).map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(await one.sessions(() => true)).toMatchObject([{ quality: 'clean' }]);
  });

  it('repeat: two frames of one message are one reading', async () => {
    const one = await bay();
    const sent = await one.simulate('repeat', '--occupied');
    expect(sent).toMatchObject({ duplicate: false, outcome: 'applied' });
    expect(sent['repeat_frame_id']).not.toBe(sent['frame_id']);
    const frames = await one.frames();
    expect(new Map(frames.map(({ frame_id, outcome }) => [frame_id, outcome]))).toEqual(
      new Map([
        [sent['frame_id'], 'applied'],
        [sent['repeat_frame_id'], 'repeat'],
      ]),
    );
    expect(await one.sessions(() => true)).toHaveLength(1);
  });

  it.each(['radiobridge-rbs301-dws', 'nwave-nps405', 'pni-placepod', 'dragino-ldds75'])(
    'a lost frame of a %s shows as a gap, whatever its heartbeats say',
    async (type) => {
      const one = await bay(type);
      await one.simulate('arrival', '--late', '30m');
      expect(await one.simulate('departure', '--lost')).toMatchObject({ f_cnt: 2, outcome: 'applied' });
      await one.becomes('FREE');
      const [stay] = await one.sessions(([only]) => only?.['end_time'] !== null);
      expect(Number(stay?.['uncertainty_s'])).toBeGreaterThan(0);
    },
  );

  describe('for a tenant that is live', () => {
    const eui = '70b3d5e75e2000ff';
    let live: ApiClient;
    beforeAll(async () => {
      live = new ApiClient(api.url, (await newTenant(folder, 'live')).key);
      await newSpace(live, 'L-01', eui);
    });

    it.each(verbs)('%s is refused', async (verb) => {
      const value = verb === 'uplink' ? ['--occupied'] : [];
      const { status, stderr } = await folder.run('simulate', verb, 'L-01', ...value, '--json');
      expect(status).toBe(1);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'tenant-is-live' } });
      expect((await live.get(`/devices/${eui}/frames`)).body).toMatchObject({ items: [] });
    });
  });

  it.each([
    'uplink S-01',
    'uplink S-01 --occupied --vacant',
    'late S-01 --occupied --vacant',
    'late S-01 --by 0m',
    'arrival S-01 --late 20m --lost',
    'arrival S-01 --late soon',
    'departure',
  ])('simulate %s is wrong use', async (line) => {
    expect((await folder.run('simulate', ...line.split(' '))).status).toBe(2);
  });
});

class Bay {
  readonly #folder: DataFolder;
  readonly #api: ApiClient;
  readonly code: string;
  readonly id: string;
  readonly #eui: string;

  constructor(folder: DataFolder, api: ApiClient, bay: { code: string; id: string; eui: string }) {
    this.#folder = folder;
    this.#api = api;
    this.code = bay.code;
    this.id = bay.id;
    this.#eui = bay.eui;
  }

  async simulate(verb: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
    return this.#folder.ask('simulate', verb, this.code, ...args);
  }

  async becomes(state: 'FREE' | 'OCCUPIED'): Promise<Item> {
    return this.#api.until(`/spaces/${this.id}`, (space) => space['state'] === state);
  }

  /** The read model follows the events in its own time. */
  async sessions(isThere: (stays: readonly Item[]) => boolean): Promise<readonly Item[]> {
    const read = (body: Item): readonly Item[] => (body['items'] ?? []) as readonly Item[];
    return read(await this.#api.until(`/sessions?space_id=${this.id}`, (body) => isThere(read(body))));
  }

  async frames(): Promise<readonly Item[]> {
    return (await this.#api.get(`/devices/${this.#eui}/frames`)).body['items'] as readonly Item[];
  }
}
