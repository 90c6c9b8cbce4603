import { DAY_S, type DeviceType } from '../device-type.ts';
import { bitZero, decoderByPort, layout, opaque } from '../layout.ts';

const resetCauses = ['', 'watchdog', 'power_on', 'user_request', 'brown_out', 'other'] as const;

const status = layout([1], (view) => ({ kind: 'status', occupied: bitZero(view.getUint8(0)) }));
const heartbeat = layout([1], (view) => ({ kind: 'heartbeat', occupied: bitZero(view.getUint8(0)) }));
const startup = layout([5], (view) => ({
  kind: 'startup',
  occupied: bitZero(view.getUint8(4)),
  firmware: `${view.getUint8(0)}.${view.getUint8(1)}.${view.getUint8(2)}`,
  resetCause: resetCauses[view.getUint8(3)] || 'unknown',
}));

export const nwaveNps310sm: DeviceType = {
  id: 'nwave-nps310sm',
  vendor: 'Nwave',
  model: 'Smart Parking Sensor NPS-3.10-SM',
  kind: 'bay-sensor',
  firmware: '1.13.0',
  aliases: ['Nwave NPS-3.10-SM'],
  heartbeatS: DAY_S,
  decoderVersion: '1',
  decode: decoderByPort(
    new Map([
      [1, status],
      [2, heartbeat],
      [3, startup],
      [6, opaque('debug')],
    ]),
  ),
  encodeUplink: ({ kind, occupied }) => ({
    fPort: kind === 'status' ? 1 : 2,
    bytes: Uint8Array.of(occupied ? 1 : 0),
  }),
};
