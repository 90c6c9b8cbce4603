import { type DeviceType } from '../device-type.ts';
import {
  climateCounter,
  climateParameters,
  climateTelemetry,
  climateUplink,
} from './dingtek-with-climate.ts';
import { dingtek, dingtekDecoder } from './dingtek.ts';

const DEVICE_TYPE = 0x32;

/** Magnet only. Its published frame is that of a DO201 with another device type, level and all: the level is not its own. */
export const dingtekDo202: DeviceType = {
  ...dingtek,
  id: 'dingtek-do202',
  model: 'DO202',
  aliases: ['Dingtek DO202', 'DO202'],
  decoderVersion: '1',
  counter: climateCounter,
  decode: dingtekDecoder({
    deviceType: DEVICE_TYPE,
    telemetry: climateTelemetry({ withLevel: false }),
    parameters: climateParameters,
  }),
  encodeUplink: climateUplink(DEVICE_TYPE),
};
