import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceTypeById } from '../../../adapters/lorawan/device-types.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { type LiveIntake, startLiveIntake } from '../../support/live-intake.ts';
import { ask, givenPlace } from '../api/client.ts';

const TYPE = 'bosch-tps110-0.39';
const EUI = '00000000000000c1';
let api: TestApi;
let live: LiveIntake;
let viewer: string;
let spaceId: string;
let fCnt = 100;

beforeAll(async () => {
  api = await startApi();
  live = await startLiveIntake(api);
  live.start();
  viewer = await api.keyOf('viewer');
  const key = await api.keyOf('owner');
  spaceId = await (await givenPlace(api)).newSpace({ commissioned_at: secondsAgo(86_400) });
  await ask(api.url, 'POST', '/devices', { key, body: { dev_eui: EUI, device_type: TYPE } });
  const body = { dev_eui: EUI, effective_at: secondsAgo(80_000) };
  const assigned = await ask(api.url, 'PUT', `/spaces/${spaceId}/sensor`, { key, body });
  if (assigned.status !== 200) throw new Error(assigned.text);
  await api.settled();
});
afterAll(async () => {
  await live.pause();
  await api.close();
});

const secondsAgo = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

interface Sent {
  readonly devEui?: string;
  readonly occupied?: boolean;
  readonly atS?: number;
  readonly fCnt?: number;
  readonly data?: string;
  readonly fPort?: number;
  readonly deduplicationId?: string;
}

function bodyOf(sent: Sent): Record<string, unknown> {
  const frame = deviceTypeById(TYPE)?.encodeUplink?.({ kind: 'status', occupied: sent.occupied ?? true });
  fCnt += 1;
  return {
    deduplicationId: sent.deduplicationId ?? randomUUID(),
    time: secondsAgo(-(sent.atS ?? 0)),
    deviceInfo: { devEui: sent.devEui ?? EUI, tags: {} },
    devAddr: '01020304',
    fCnt: sent.fCnt ?? fCnt,
    fPort: sent.fPort ?? frame?.fPort ?? 1,
    data: sent.data ?? Buffer.from(frame?.bytes ?? []).toString('base64'),
  };
}

async function send(sent: Sent, event = 'up', body = bodyOf(sent)): Promise<string> {
  const key = await api.keyOf('ingest');
  const answer = await ask(live.url, 'POST', `/uplink?event=${event}`, { key, body });
  expect(answer.status, answer.text).toBe(200);
  return String(answer.body['frame_id']);
}

type Shown = Readonly<Record<string, unknown>> & { caused: { type: string; stream: string; href: string }[] };

async function frames(query = '', devEui = EUI, key = viewer): Promise<Shown[]> {
  const answer = await ask(live.url, 'GET', `/devices/${devEui}/frames${query}`, { key });
  expect(answer.status, answer.text).toBe(200);
  return answer.body['items'] as Shown[];
}

describe('the frames of a device', () => {
  it('are shown as they came, with what was decoded and the events that they caused, the newest first', async () => {
    const first = await send({ occupied: true, atS: -300 });
    const second = await send({ occupied: false, atS: -200 });
    const heartbeat = await send({ occupied: false, atS: -100 });
    await live.settled();
    const [third, middle, oldest] = await frames();
    expect([third?.['frame_id'], middle?.['frame_id'], oldest?.['frame_id']]).toEqual([
      heartbeat,
      second,
      first,
    ]);
    expect(oldest).toMatchObject({
      outcome: 'applied',
      space_id: spaceId,
      decoded: { occupancy: 'OCCUPIED' },
      raw: { network: 'chirpstack' },
      missing: [],
    });
    const raw = oldest?.['raw'] as { body: string };
    expect(JSON.parse(raw.body)).toMatchObject({ deviceInfo: { devEui: EUI }, data: oldest?.['payload'] });
    expect(oldest?.caused.map(({ type }) => type)).toContain('OccupancyChanged');
    expect(third).toMatchObject({ outcome: 'unchanged', caused: [] });
    const [event] = oldest?.caused.filter(({ type }) => type === 'OccupancyChanged') ?? [];
    const linked = await ask(api.url, 'GET', String(event?.href).replace('/api/v1', ''), {
      key: await api.keyOf('auditor'),
    });
    expect(linked.body['items']).toMatchObject([
      { type: 'OccupancyChanged', metadata: { $correlationId: first } },
    ]);
  });

  it('say why they did nothing: late, repeated by the radio, not decodable, of the network, unattributed', async () => {
    const late = await send({ occupied: true, atS: -250, fCnt: 50 });
    const again = bodyOf({ occupied: false, atS: -90 });
    await send({}, 'up', again);
    const repeat = await send({}, 'up', { ...again, deduplicationId: randomUUID() });
    const garbled = await send({ data: Buffer.from('ff'.repeat(40), 'hex').toString('base64'), atS: -80 });
    const status = await send({}, 'status');
    const early = await send({ occupied: true, atS: -85_000, fCnt: 2 });
    await live.settled();
    const shown = new Map((await frames()).map((frame) => [frame['frame_id'], frame]));
    expect(['late', 'applied']).toContain(shown.get(late)?.['outcome']);
    expect(String(shown.get(late)?.['effective_at']) < secondsAgo(200)).toBe(true);
    expect(shown.get(repeat)?.['outcome']).toBe('repeat');
    expect(shown.get(status)?.['outcome']).toBe('network-event');
    expect(['unattributed', 'late']).toContain(shown.get(early)?.['outcome']);
    const undecodable = shown.get(garbled);
    expect(undecodable?.['outcome']).toBe('undecodable');
    expect(undecodable?.['decoder_error']).toEqual({
      code: undecodable?.['detail'],
      detail: expect.stringMatching(/./) as string,
    });
    for (const frame of shown.values()) expect(frame['meaning']).toMatch(/[.?]$|takes it in/);
  });

  it('are paged without loss or repeat, in either order', async () => {
    const all = (await frames()).map((frame) => frame['frame_id']);
    for (const order of ['asc', 'desc']) {
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const path = `/devices/${EUI}/frames?limit=2&order=${order}${cursor}`;
        const { body } = await ask(live.url, 'GET', path, { key: viewer });
        seen.push(...(body['items'] as Shown[]).map((frame) => frame['frame_id']));
        const next = body['next_cursor'];
        cursor = typeof next === 'string' ? `&cursor=${next}` : '';
      } while (cursor !== '');
      expect(seen).toEqual(order === 'desc' ? all : [...all].reverse());
    }
  });

  it('of a device that nobody knows are an orphan’s, and those of another tenant do not exist', async () => {
    const orphan = '00000000000000f1';
    await send({ devEui: orphan });
    await live.settled();
    expect((await frames('', orphan))[0]).toMatchObject({
      outcome: 'orphan',
      decoded: null,
      decoder_error: null,
    });
    const stranger = await api.newTenant('Elsewhere');
    const key = await stranger.keyOf('owner');
    for (const devEui of [EUI, orphan, '00000000000000f2']) {
      const answer = await ask(live.url, 'GET', `/devices/${devEui}/frames`, { key });
      expect([answer.status, answer.body['code']]).toEqual([404, 'not-found']);
    }
    const booker = await ask(live.url, 'GET', `/devices/${EUI}/frames`, { key: await api.keyOf('booker') });
    expect(booker.status).toBe(403);
  });

  it('that wait for a sensor process that does not run are there, and say so', async () => {
    await live.pause();
    const before = (await frames()).length;
    const body = bodyOf({ occupied: true, atS: -1 });
    const frameId = await send({}, 'up', body);
    const [newest, ...others] = await frames();
    expect(newest).toMatchObject({ frame_id: frameId, outcome: 'waiting', raw: { network: 'chirpstack' } });
    expect(others).toHaveLength(before);
    expect((await frames('?limit=1'))[0]?.['frame_id']).toBe(frameId);
    live.start();
    await live.settled();
    expect((await frames())[0]).toMatchObject({ frame_id: frameId, outcome: 'applied' });
  });

  it('whose messages have expired say what is missing, and what is left', async () => {
    const day = String((await frames())[0]?.['received_at'])
      .slice(0, 10)
      .replaceAll('-', '');
    await api.store.retain(streamName('frames', api.tenantId, day), 1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const applied = (await frames()).find((frame) => frame['outcome'] === 'applied');
    expect(applied).toMatchObject({ raw: null, decoded: { occupancy: 'OCCUPIED' } });
    expect(applied?.['missing']).toEqual([expect.stringContaining('expired')]);
  });
});
