import { deviceTypeById } from '../../../../adapters/lorawan/device-types.ts';
import { type TestApi } from '../../../support/api.ts';
import { ask, type Place } from '../../api/client.ts';

/** The type that reads the payload of a recorded message, by the file's name; of others any will do. */
export function typeOf(fileName: string): string {
  if (fileName.includes('bosch')) return 'bosch-tps110-0.39';
  return fileName.includes('real') ? 'radiobridge-rbs301-dws' : 'nwave-nps405';
}

export interface WatchedSpace {
  readonly devEui: string;
  readonly spaceId: string;
  readonly type: string;
}

/** A space with a sensor that has watched it for some hours: each hour has its row in the statistics. */
export async function givenWatchedSpace(
  api: TestApi,
  place: Place,
  devEui: string,
  type: string,
): Promise<WatchedSpace> {
  const key = await api.keyOf('owner');
  const since = new Date(Date.now() - 4 * 3_600_000).toISOString();
  const spaceId = await place.newSpace({ commissioned_at: since });
  const device = await ask(api.url, 'POST', '/devices', {
    key,
    body: { dev_eui: devEui, device_type: type },
  });
  const body = { dev_eui: devEui, effective_at: since };
  const assigned = await ask(api.url, 'PUT', `/spaces/${spaceId}/sensor`, { key, body });
  if (device.status !== 201 || assigned.status !== 200) throw new Error(`${device.text} ${assigned.text}`);
  return { devEui, spaceId, type };
}

/** A message of now, in a session of its own. */
export function presentMessage({ devEui, type }: WatchedSpace, occupied: boolean, id: string): string {
  const frame = deviceTypeById(type)?.encodeUplink?.({ kind: 'status', occupied });
  if (frame === undefined) throw new Error(`no simulated ${type}`);
  return JSON.stringify({
    deduplicationId: id,
    time: new Date().toISOString(),
    deviceInfo: { devEui, tags: {} },
    devAddr: 'feedc0de',
    fCnt: 1_000,
    fPort: frame.fPort,
    data: Buffer.from(frame.bytes).toString('base64'),
  });
}

/** What is there, and since when. */
export interface Presence {
  readonly state: unknown;
  readonly value: string;
  readonly since: string;
}

export async function presenceOf(api: TestApi, { spaceId }: WatchedSpace): Promise<Presence> {
  const { body } = await ask(api.url, 'GET', `/spaces/${spaceId}`, { key: await api.keyOf('viewer') });
  const occupancy = body['occupancy'] as { readonly value: string; readonly since: string };
  return { state: body['state'], value: occupancy.value, since: occupancy.since };
}
