import { type TestApi } from '../../support/api.ts';
import { ask, givenPlace, inSeconds } from './client.ts';
import { type Things } from './every-route.ts';

/** One of each, belonging to whoever holds the keys. */
export async function givenThings(
  api: Pick<TestApi, 'url' | 'keyOf' | 'tenantId'>,
  devEui: string,
): Promise<Things> {
  const key = await api.keyOf('owner');
  const place = await givenPlace(api);
  const spaceId = await place.newSpace();
  const made = async (path: string, body: unknown): Promise<string> => {
    const answer = await ask(api.url, 'POST', path, { key, body });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return String(answer.body['id']);
  };
  await made('/devices', { dev_eui: devEui, device_type: 'nwave-nps405' });
  const times = { start_time: inSeconds(600), end_time: inSeconds(1200) };
  const plain = (id: string) => id.replaceAll('-', '');
  return {
    place,
    spaceId,
    devEui,
    reservationId: await made('/reservations', { space_id: spaceId, ...times }),
    overrideId: await made(`/spaces/${spaceId}/overrides`, { kind: 'FORCE_OCCUPIED', reason: 'test' }),
    stream: `space-${plain(api.tenantId)}-${plain(spaceId)}`,
  };
}
