import { type DeviceType } from '../device-type.ts';
import { decoderByPort, opaque } from '../layout.ts';
import {
  boschTps110,
  earlyResetCauses,
  encodeUplink,
  heartbeatLayout,
  startupLayout,
  statusLayout,
} from './bosch-tps110.ts';

/** Information, usage and debug are answers to requests; their content is not published for this firmware. */
export const boschTps110v029: DeviceType = {
  ...boschTps110,
  id: 'bosch-tps110-0.29',
  firmware: '0.29.2',
  aliases: ['Bosch TPS110 0.29', 'Bosch TPS110 0.29.2'],
  decoderVersion: '1',
  decode: decoderByPort(
    new Map([
      [1, statusLayout],
      [2, heartbeatLayout],
      [3, startupLayout(earlyResetCauses)],
      [4, opaque('information')],
      [5, opaque('usage')],
      [6, opaque('debug')],
    ]),
  ),
  encodeUplink,
};
