import { randomUUID } from 'node:crypto';
import { type NetworkMessage } from '../../../application/ports/network-message.ts';
import { type ReceivedMessage } from '../../../application/intake/frame.ts';
import { type Instant } from '../../../domain/time/instant.ts';

/** A body of the size and shape that ChirpStack sends (about 1.1 kB), with a delivery id of its own. */
export function uplinkBody(
  devEui: string,
  fCnt: number,
  time: string,
  deduplicationId = randomUUID(),
): string {
  return JSON.stringify({
    deduplicationId,
    time,
    deviceInfo: {
      tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
      tenantName: 'ChirpStack',
      applicationId: '675582a5-5e7b-4e33-86ea-3325b7cb88e4',
      applicationName: 'parking',
      deviceProfileId: '60ba97e4-d689-4a65-935a-acb5879b1239',
      deviceProfileName: 'Bosch TPS110',
      deviceName: `Bay ${devEui.slice(-4)}`,
      devEui,
      deviceClassEnabled: 'CLASS_A',
      tags: { bay: 'A-07', site: 'north' },
    },
    devAddr: '0006b231',
    adr: true,
    dr: 3,
    fCnt,
    fPort: 1,
    confirmed: false,
    data: fCnt % 2 === 0 ? 'AA==' : 'AQ==',
    rxInfo: [
      {
        gatewayId: '008000000002aa4b',
        uplinkId: 21_258,
        nsTime: time,
        timeSinceGpsEpoch: '1452451045.500s',
        rssi: -84,
        snr: 9.2,
        channel: 3,
        location: { latitude: 61.3523, longitude: -117.64835, altitude: 160 },
        context: 'f6fSEw==',
      },
    ],
    txInfo: {
      frequency: 904_500_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7, codeRate: 'CR_4_5' } },
    },
    regionConfigId: 'us915_1',
  });
}

export function received(body: string, devEui: string, fCnt: number): ReceivedMessage {
  const now = new Date().toISOString() as Instant;
  const message: NetworkMessage = {
    kind: 'up',
    devEui,
    devAddr: '0006b231',
    session: '0006b231',
    fCnt,
    fPort: 1,
    payload: 'AQ==',
    encrypted: false,
    deduplicationId: randomUUID(),
    times: { network: now, gateway: null, ns: now },
    deviceProfileName: null,
    deviceName: null,
    tags: {},
  };
  const actor = { type: 'api_key', id: 'bench' } as const;
  return { network: 'chirpstack', kind: 'up', body, message, receivedAt: now, actor };
}
