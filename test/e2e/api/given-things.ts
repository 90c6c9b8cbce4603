import { randomUUID } from 'node:crypto';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { type TestApi } from '../../support/api.ts';
import { happened } from '../../int/projections/fixture.ts';
import { ask, givenPlace, inSeconds } from './client.ts';
import { type Things } from './every-route.ts';

/** One of each, belonging to whoever holds the keys. */
export async function givenThings(
  api: Pick<TestApi, 'url' | 'keyOf' | 'tenantId' | 'store'>,
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
  const sessionId = randomUUID();
  const orphanEui = devEui.replace(/^./, 'f');
  const since = inSeconds(0) as Instant;
  const arrived = {
    value: 'OCCUPIED',
    since,
    previous: 'UNKNOWN',
    session_id: sessionId,
    uncertainty_s: 0,
    bridged: false,
    source: 'staff',
  } as const;
  // What the sensor process and the space record by themselves.
  await api.store.append(
    streamName('space', api.tenantId, spaceId),
    [happened({ type: 'OccupancyChanged', data: arrived }, since)],
    { expected: 'any' },
  );
  await api.store.append(
    streamName('device', api.tenantId, orphanEui),
    [happened({ type: 'OrphanSeen', data: { first_frame_id: randomUUID() } }, since)],
    { expected: 'any' },
  );
  const plain = (id: string) => id.replaceAll('-', '');
  return {
    place,
    spaceId,
    devEui,
    reservationId: await made('/reservations', { space_id: spaceId, ...times }),
    overrideId: await made(`/spaces/${spaceId}/overrides`, { kind: 'FORCE_OCCUPIED', reason: 'test' }),
    sessionId,
    orphanEui,
    stream: `space-${plain(api.tenantId)}-${plain(spaceId)}`,
  };
}
