import { decoded, type Decoded } from '../decoder.ts';
import { type DeviceType } from '../device-type.ts';
import { layout } from '../layout.ts';
import { alarmsOf, dingtek, dingtekDecoder, frameOf, onPort, parametersOf } from './dingtek.ts';

const DEVICE_TYPE = 0x02;
const TELEMETRY_LENGTH = 21;

/**
 * No published program reads this model; the layout follows from its two published frames and from the program for
 * DO201. Somewhere in the last four bytes is a frame counter, 0 in the one example: it is left out, since a counter in
 * the wrong place would tell of losses that never were. A level of 0 is given as it came: it is no echo.
 */
const telemetry = {
  lengths: [TELEMETRY_LENGTH],
  read(view: DataView): Decoded {
    const alarms = alarmsOf(view);
    return 'ok' in alarms ? alarms : decoded({ ...alarms, distanceMm: view.getUint16(5) });
  },
};

export const dingtekDo200: DeviceType = {
  ...dingtek,
  id: 'dingtek-do200',
  model: 'DO200',
  aliases: ['Dingtek DO200', 'DO200'],
  decoderVersion: '1',
  decode: dingtekDecoder({ deviceType: DEVICE_TYPE, telemetry, parameters: layout([17], parametersOf) }),
  encodeUplink: (reading) => onPort(frameOf(DEVICE_TYPE, TELEMETRY_LENGTH, reading)),
};
