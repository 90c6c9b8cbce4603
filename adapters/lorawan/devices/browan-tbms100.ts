import { type DeviceType, HOUR_S } from '../device-type.ts';
import { bitZero, decoderByPort, layout, opaque } from '../layout.ts';

/**
 * The battery is 2.5 V and tenths in the low nibble of byte 1; one open platform reads the whole byte as hundredths of a
 * volt, which fits no published frame. The high nibble, a "remaining level", has no published scale and is left out.
 * The count has three bytes; one published codec reads two of them.
 */
const report = layout([8], (view) => ({
  kind: 'status',
  occupied: bitZero(view.getUint8(0)),
  batteryV: (25 + (view.getUint8(1) & 0x0f)) / 10,
  temperatureC: (view.getUint8(2) & 0x7f) - 32,
  sinceLastEventMin: view.getUint16(3, true),
  count: view.getUint8(5) | (view.getUint8(6) << 8) | (view.getUint8(7) << 16),
}));

/**
 * It sees what moves, and a parked car does not. The device itself waits before it says that nobody is there; where its
 * wait is too short, `vacantAfterMin` adds to it. 0 by default: what a longer wait has to be depends on the place.
 */
export const browanTbms100: DeviceType = {
  id: 'browan-tbms100',
  vendor: 'Browan',
  model: 'TABS TBMS100 motion / desk occupancy',
  kind: 'occupancy-sensor',
  firmware: 'any',
  aliases: ['Browan TBMS100', 'TABS TBMS100'],
  heartbeatS: 3 * HOUR_S,
  decoderVersion: '1',
  thresholds: { kind: 'motion', vacantAfterMin: 0 },
  counter: { field: 'count', counts: 'events', modulus: 0x1_00_00_00 },
  decode: decoderByPort(
    new Map([
      [102, report],
      [204, opaque('config')],
      [222, opaque('information')],
    ]),
  ),
};
