import { type DeviceType } from '../device-type.ts';
import {
  climateCounter,
  climateParameters,
  climateTelemetry,
  climateUplink,
} from './dingtek-with-climate.ts';
import { dingtek, dingtekDecoder } from './dingtek.ts';

const DEVICE_TYPE = 0x31;

export const dingtekDo201: DeviceType = {
  ...dingtek,
  id: 'dingtek-do201',
  model: 'DO201',
  aliases: ['Dingtek DO201', 'DO201'],
  decoderVersion: '1',
  counter: climateCounter,
  decode: dingtekDecoder({
    deviceType: DEVICE_TYPE,
    telemetry: climateTelemetry({ withLevel: true }),
    parameters: climateParameters,
  }),
  encodeUplink: climateUplink(DEVICE_TYPE),
};
