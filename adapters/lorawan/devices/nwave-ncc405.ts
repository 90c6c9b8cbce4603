import { DAY_S, type DeviceType } from '../device-type.ts';
import { decoderByPort, layout, opaque } from '../layout.ts';

/** As its sister NPS-4.05. Any but 0 says that the counter, which is not stored, began again at 0. */
const resetCauses = ['rejoin', 'watchdog', 'power_on', 'user_request', '', '', 'brown_out', 'other'] as const;

/**
 * The last battery reading (byte 1). The vendor's guide says 2400 + 5x mV, the codec 2500 + 4x; the codec's own example
 * and the NPS-4.05, which has the same board, agree on the second. The errors of byte 0 are left alone: three published
 * readings of the same example give three numbers.
 */
const heartbeat = layout([3], (view) => ({
  kind: 'heartbeat',
  batteryV: (2500 + 4 * view.getUint8(1)) / 1000,
}));

const startup = layout([4], (view) => ({
  kind: 'startup',
  firmware: `${view.getUint8(0)}.${view.getUint8(1)}.${view.getUint8(2)}`,
  resetCause: resetCauses[view.getUint8(3)] || 'unknown',
}));

/** It counts the cars of a lane and knows nothing of a bay: none of its messages is occupied or vacant. */
export const nwaveNcc405: DeviceType = {
  id: 'nwave-ncc405',
  vendor: 'Nwave',
  model: 'G4 Car Counter NCC-4.05',
  kind: 'lane-counter',
  firmware: '1.13.0',
  aliases: ['Nwave NCC-4.05', 'Nwave G4 Car Counter'],
  heartbeatS: DAY_S,
  decoderVersion: '1',
  counter: { field: 'count', counts: 'events', modulus: 65_536 },
  decode: decoderByPort(
    new Map([
      [1, layout([2], (view) => ({ kind: 'counter', count: view.getUint16(0) }))],
      [2, heartbeat],
      [3, startup],
      // Not on the vendor's page, but in the published codec, as on all its devices.
      [6, opaque('debug')],
    ]),
  ),
};
