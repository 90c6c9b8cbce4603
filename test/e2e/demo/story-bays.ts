import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type ApiClient } from '../cli/api-client.ts';
import { type DataFolder, root } from '../cli/program.ts';

type Item = Readonly<Record<string, unknown>>;

/** What can be asked of the story bays of a running demo. */
export class StoryBays {
  readonly #api: ApiClient;
  readonly #file: { readonly tenant_id: string; readonly spaces: Readonly<Record<string, string>> };

  private constructor(api: ApiClient, file: StoryBays['file']) {
    this.#api = api;
    this.#file = file;
  }

  static async of(folder: DataFolder, owner: ApiClient): Promise<StoryBays> {
    const text = await readFile(join(folder.path, 'keys', 'demo.json'), 'utf8');
    return new StoryBays(owner, JSON.parse(text) as StoryBays['file']);
  }

  get file(): { readonly tenant_id: string; readonly spaces: Readonly<Record<string, string>> } {
    return this.#file;
  }

  /** One stay became two; the present was not touched. */
  async lateFrame(): Promise<void> {
    const bay = await this.#bay('A-07');
    const corrected = await this.#items(`/sessions?space_id=${this.#id('A-07')}&quality=corrected`);
    const [first, second, ...more] = [...corrected].sort((a, b) => at(a['start_time']) - at(b['start_time']));
    expect(more).toEqual([]);
    expect(first).toMatchObject({ duration_s: 4_200, correction_no: 1 });
    expect(second).toMatchObject({ duration_s: 2_100, correction_no: 1 });
    expect(at(second?.['start_time']) - at(first?.['end_time'])).toBe(45 * 60_000);
    expect(bay).toMatchObject({ state: 'FREE', occupancy: { value: 'VACANT' } });
    const events = await this.#events(`space`, this.#id('A-07').replaceAll('-', ''));
    // The correction came last, and after it nothing was said of the present: it began with the frame before.
    expect(events.at(-1)).toMatchObject({
      type: 'OccupancyHistoryCorrected',
      data: { before: [{ value: 'OCCUPIED' }], after: [{ value: 'VACANT' }], correction_no: 1 },
    });
    expect(events.slice(-3, -1)).toMatchObject([
      { type: 'OccupancyChanged', data: { value: 'VACANT', since: second?.['end_time'] } },
      { type: 'SpaceStateChanged', data: { to: 'FREE' } },
    ]);
    expect(bay['state_since']).toBe(second?.['end_time']);
    const frames = await this.#items(`/devices/${String(bay['sensor_eui'])}/frames?limit=10`);
    expect(frames.filter(({ outcome }) => outcome === 'late').map(({ f_cnt }) => f_cnt)).toEqual([2]);
  }

  async swappedMidStay(): Promise<void> {
    const bay = await this.#bay('C-01');
    expect(bay).toMatchObject({ state: 'OCCUPIED', occupancy: { value: 'OCCUPIED' } });
    const [stay, ...more] = await this.#items(`/sessions?space_id=${this.#id('C-01')}&quality=bridged`);
    expect(more).toEqual([]);
    expect(stay).toMatchObject({ end_time: null, uncertainty_s: 0, start_time: bay['state_since'] });
    const assignments = await this.#items(`/spaces/${this.#id('C-01')}/assignments`);
    const [before, after] = assignments.filter(({ role }) => role === 'sensor');
    expect(before?.['to']).toBe(after?.['from']);
    expect(after).toMatchObject({ to: null, dev_eui: bay['sensor_eui'] });
    const events = await this.#events('space', this.#id('C-01').replaceAll('-', ''));
    const changes = events.filter(({ type }) => type === 'OccupancyChanged').slice(-3);
    expect(changes.map(({ data }) => (data as Item)['value'])).toEqual(['OCCUPIED', 'UNKNOWN', 'OCCUPIED']);
    expect(changes.map(({ data }) => (data as Item)['since'])).toEqual([
      stay?.['start_time'],
      before?.['to'],
      expect.any(String),
    ]);
    expect(changes.at(-1)).toMatchObject({ data: { bridged: true, session_id: stay?.['id'] } });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['SensorUnassigned', 'SensorAssigned']),
    );
  }

  async silentSensor(): Promise<void> {
    const bay = await this.#bay('C-05');
    const occupancy = bay['occupancy'] as Item;
    expect(occupancy['value']).toBe('UNKNOWN');
    expect(occupancy['stale_since']).toBe(occupancy['since']);
    const silentS = (at(occupancy['since']) - at(occupancy['last_heard_at'])) / 1000;
    expect(silentS).toBe((22 * 3 * 3_600) / 10);
    expect(bay['state']).not.toBe('FREE');
    expect(bay['available']).toBeNull();
    const incidents = await this.#items(`/incidents?space_id=${this.#id('C-05')}`);
    expect(incidents).toMatchObject([
      { kind: 'device-stale', status: 'open', start_time: occupancy['since'], dev_eui: bay['sensor_eui'] },
    ]);
    const events = await this.#events('device', String(bay['sensor_eui']));
    // Once, and never taken back: time stood still while the past was told.
    const silences = events.filter(({ type }) => /Stale|HeardAgain/.test(String(type)));
    expect(silences.map(({ type }) => type)).toEqual(['DeviceWentStale']);
  }

  async flappingSensor(): Promise<void> {
    const bay = await this.#bay('D-02');
    expect(await this.#items(`/incidents?space_id=${this.#id('D-02')}`)).toMatchObject([
      { kind: 'flapping', status: 'open', end_time: null, detail: { changes: 13, window_s: 3_600 } },
    ]);
    const events = await this.#events('device', String(bay['sensor_eui']));
    expect(events.filter(({ type }) => /Flapping/.test(String(type)))).toHaveLength(1);
  }

  async all(): Promise<void> {
    await this.lateFrame();
    await this.swappedMidStay();
    await this.silentSensor();
    await this.flappingSensor();
  }

  /** All of their events, to compare. */
  async everything(): Promise<readonly Item[]> {
    const streams = ['A-07', 'C-01', 'C-05', 'D-02'].map((code) =>
      this.#events('space', this.#id(code).replaceAll('-', '')),
    );
    return (await Promise.all(streams)).flat();
  }

  #id(code: string): string {
    const id = this.#file.spaces[code];
    if (id === undefined) throw new Error(`the city has no ${code}`);
    return id;
  }

  async #bay(code: string): Promise<Item> {
    return (await this.#api.get(`/spaces/${this.#id(code)}`)).body;
  }

  async #items(path: string): Promise<readonly Item[]> {
    const { body, status } = await this.#api.get(path);
    expect(status, path).toBe(200);
    return body['items'] as readonly Item[];
  }

  async #events(category: 'space' | 'device', id: string): Promise<readonly Item[]> {
    const tenant = this.#file.tenant_id.replaceAll('-', '');
    return this.#items(`/audit/streams/${category}-${tenant}-${id}?limit=200`);
  }
}

/** The answers of the lines of docs/story-bays.md, in their order. */
export async function linesOfThePage(folder: DataFolder, api: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('sh', ['docs/story-bays.sh'], {
    cwd: root,
    env: { ...process.env, ...folder.env, API: api },
  });
  return stdout.trim().split('\n');
}

function at(instant: unknown): number {
  return Date.parse(String(instant));
}
