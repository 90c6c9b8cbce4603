import { createHash, randomUUID } from 'node:crypto';
import { Intake } from '../../application/intake/intake.ts';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { addSeconds, type Instant } from '../../domain/time/instant.ts';

export interface SentFrames {
  readonly devEui?: string;
  readonly count?: number;
  /** When the first one is received; the others follow by the minute. */
  readonly at: Instant;
  /** base64. */
  readonly payload?: string;
}

/** Frames of one device through the ordinary intake, as a network server would have delivered them. */
export async function sendFrames(
  store: EventStore,
  tenantId: string,
  { at, count = 1, devEui = '00000000000000aa', payload = 'AQ==' }: SentFrames,
  keepFramesS?: number,
): Promise<void> {
  const intake = new Intake({
    store,
    softwareVersion: 'test',
    hashBody: (body) => createHash('sha256').update(body).digest('hex'),
    newEventId: randomUUID,
    ...(keepFramesS === undefined ? {} : { keepFramesS }),
  });
  for (let n = 0; n < count; n += 1) {
    const receivedAt = addSeconds(at, n * 60);
    const deduplicationId = randomUUID();
    const message = {
      kind: 'up',
      devEui,
      devAddr: '01020304',
      session: '01020304',
      fCnt: n,
      fPort: 1,
      payload,
      encrypted: false,
      deduplicationId,
      times: { network: receivedAt, gateway: null, ns: null },
      deviceProfileName: null,
      deviceName: null,
      tags: {},
    };
    const body = JSON.stringify({ deduplicationId, devEui, rssi: -97.5, text: 'Grüße \u2028 \ud83d\ude97' });
    const actor = { type: 'api_key', id: 'k' } as const;
    await intake.receive(tenantId, { network: 'chirpstack', kind: 'up', body, message, receivedAt, actor });
  }
}
