/** The worked example of docs/devices/adding-a-device.md: the guide holds the marked regions word for word. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY_S, type DeviceType } from '../../../adapters/lorawan/device-type.ts';
import { bitZero, decoderByPort, layout, opaque } from '../../../adapters/lorawan/layout.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

// #region device
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
// #endregion device

// #region table
const table: readonly Row[] = [
  ['status occupied', 1, '01', { kind: 'status', occupied: true }],
  ['status empty', 1, '', 'empty-payload'],
  ['status long', 1, '0100', 'payload-too-long'],
  ['heartbeat vacant', 2, '00', { kind: 'heartbeat', occupied: false }],
  ['start-up short', 3, '010d0002', 'payload-too-short'],
  ['port 4', 4, '01', 'unknown-f-port'],
];

describe('nwave-nps310sm', () => {
  it.each(table)('%s', (...row) => expectRow(nwaveNps310sm, row));
});
// #endregion table

describe('the guide', () => {
  const guide = readFileSync(new URL('../../../docs/devices/adding-a-device.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL(import.meta.url), 'utf8');

  it.each(['device', 'table'])('shows the region "%s" as it is tested', (name) => {
    const [, region] = source.split(new RegExp(`^// #(?:end)?region ${name}\n`, 'm'));
    expect(region).toBeTruthy();
    expect(guide).toContain(region);
  });

  it('ends with a reading', () => {
    const found = nwaveNps310sm.decode(3, bytesOf('010d000201'));
    expect(found.ok && readingOf(found.message)).toMatchObject({
      occupancy: 'OCCUPIED',
      messageKind: 'startup',
      firmware: '1.13.0',
      resetCause: 'power_on',
    });
  });
});
