import { randomUUID } from 'node:crypto';
import { type ReceivedMessage } from '../../../application/intake/frame.ts';
import { type NetworkMessage } from '../../../application/ports/network-message.ts';
import { type Instant } from '../../../domain/time/instant.ts';

export const TENANT = '11111111-1111-5111-8111-111111111111';
export const OTHER = '22222222-2222-5222-8222-222222222222';
export const NOON = '2026-03-01T12:00:00.000Z' as Instant;

/** An uplink that nobody has sent before, but for what is said of it. */
export function received(rest: Partial<NetworkMessage> = {}, body = JSON.stringify(rest)): ReceivedMessage {
  const message: NetworkMessage = {
    kind: 'up',
    devEui: '00000000000000aa',
    devAddr: '01020304',
    session: '01020304',
    fCnt: 1,
    fPort: 1,
    payload: 'AQ==',
    encrypted: false,
    deduplicationId: randomUUID(),
    times: { network: NOON, gateway: null, ns: null },
    deviceProfileName: null,
    deviceName: null,
    tags: {},
    ...rest,
  };
  const actor = { type: 'api_key', id: 'k' } as const;
  return { network: 'chirpstack', kind: message.kind, body, message, receivedAt: NOON, actor };
}
