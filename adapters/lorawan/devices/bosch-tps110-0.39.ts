import { refused } from '../decoder.ts';
import { type DeviceType } from '../device-type.ts';
import { decoderByPort, layout, type MessageLayout, opaque, readMessage } from '../layout.ts';
import {
  boschTps110,
  encodeUplink,
  firmwareAt,
  heartbeatLayout,
  startupLayout,
  statusLayout,
} from './bosch-tps110.ts';

const resetCauses = [
  '',
  'watchdog',
  'power_on',
  'system_request',
  'external_pin',
  'lockup',
  'brown_out',
  'other',
] as const;

/** Firmware (3 bytes), or the URN of EUI parts, product class and region (11 bytes). */
const informationLayout = layout([3, 11], (view) =>
  view.byteLength === 3 ? { kind: 'information', firmware: firmwareAt(view, 0) } : { kind: 'information' },
);

/** Length of a usage report by its item (byte 0): counters of 4 bytes, six of 3 bytes by data rate, resets by cause. */
const usageLengths: ReadonlyMap<number, number> = new Map([
  [0, 5],
  [1, 5],
  [2, 19],
  [3, 5],
  [4, 5],
  [5, 8],
  [6, 5],
]);

const usageLayout: MessageLayout = {
  lengths: 'any',
  read(view) {
    const item = view.getUint8(0);
    const length = usageLengths.get(item);
    if (length === undefined) return refused('reserved-value', `no usage item ${item}`);
    return readMessage(opaque('usage', [length]), view);
  },
};

export const boschTps110v039: DeviceType = {
  ...boschTps110,
  id: 'bosch-tps110-0.39',
  firmware: '0.39.2',
  aliases: ['Bosch TPS110 0.39', 'Bosch TPS110 0.39.2'],
  decoderVersion: '1',
  decode: decoderByPort(
    new Map([
      [1, statusLayout],
      [2, heartbeatLayout],
      [3, startupLayout(resetCauses)],
      [4, informationLayout],
      [5, usageLayout],
      [6, opaque('debug', [10])],
      [7, layout([1], (view) => ({ kind: 'telemetry', temperatureC: view.getInt8(0) }))],
    ]),
  ),
  encodeUplink,
};
