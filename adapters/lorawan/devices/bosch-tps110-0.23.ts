import { type DeviceType } from '../device-type.ts';
import { decoderByPort } from '../layout.ts';
import {
  bareHeartbeatLayout,
  boschTps110,
  earlyResetCauses,
  encodeBareUplink,
  startupLayout,
  statusLayout,
} from './bosch-tps110.ts';

export const boschTps110v023: DeviceType = {
  ...boschTps110,
  id: 'bosch-tps110-0.23',
  firmware: '0.23.3',
  aliases: ['Bosch TPS110 0.23', 'Bosch TPS110 0.23.3'],
  decoderVersion: '1',
  decode: decoderByPort(
    new Map([
      [1, statusLayout],
      [2, bareHeartbeatLayout],
      [3, startupLayout(earlyResetCauses)],
    ]),
  ),
  encodeUplink: encodeBareUplink,
};
