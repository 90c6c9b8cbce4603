import { createHash } from 'node:crypto';
import { type Instant } from '../../domain/time/instant.ts';
import { type DeviceType, type SimulatedReading } from '../lorawan/device-type.ts';
import { Failure } from './failure.ts';

export interface SimulatedDevice {
  readonly devEui: string;
  readonly name: string;
  readonly type: DeviceType;
}

export interface SimulatedFrame {
  readonly device: SimulatedDevice;
  readonly reading: SimulatedReading;
  readonly fCnt: number;
  /** Eight hex digits: it names the session. */
  readonly devAddr: string;
  readonly at: Instant;
  /** Copies of one message that the radio sent: each is a delivery of its own. Default: the first. */
  readonly copy?: number;
}

/** What a ChirpStack v4 server would send for this frame; the same frame gives the same delivery. */
export function chirpstackUplink(frame: SimulatedFrame): object {
  const { at, copy = 1, devAddr, device, fCnt, reading } = frame;
  const encoded = device.type.encodeUplink?.({ ...reading, sequence: fCnt });
  if (encoded === undefined)
    throw new Failure('not-simulated', `devices of type ${device.type.id} cannot be simulated`);
  const signal = hash(`${device.devEui}/${fCnt}`).readUInt8(0);
  return {
    deduplicationId: uuidOf(hash(`${device.devEui}/${devAddr}/${fCnt}/${at}${copy === 1 ? '' : `/${copy}`}`)),
    time: at,
    deviceInfo: {
      tenantName: 'simulated',
      applicationName: 'bays',
      deviceProfileName: device.type.id,
      deviceName: device.name,
      devEui: device.devEui,
      tags: { device_type: device.type.id },
    },
    devAddr,
    adr: true,
    dr: 5,
    fCnt,
    fPort: encoded.fPort,
    confirmed: false,
    data: Buffer.from(encoded.bytes).toString('base64'),
    rxInfo: [
      {
        gatewayId: '0016c001f1500812',
        uplinkId: fCnt,
        nsTime: at,
        rssi: -70 - (signal % 40),
        snr: 9 - (signal % 12),
      },
    ],
    txInfo: { frequency: 868_100_000 },
  };
}

/** The session of a device that no frame has told us of. */
export function firstDevAddr(devEui: string): string {
  return hash(`session of ${devEui}`).toString('hex').slice(0, 8);
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
