/** The worked example of docs/devices/adding-a-device.md: the guide holds the file and the marked region word for word. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nwaveNps310sm } from '../../../adapters/lorawan/devices/nwave-nps310sm.ts';
import { readingOf } from '../../../adapters/lorawan/reading.ts';
import { bytesOf, expectRow, type Row } from './expectations.ts';

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

/** Every message of the layout: the guide shows a part of the table. */
const rest: readonly Row[] = [
  ['status, reserved bits set', 1, 'fe', { kind: 'status', occupied: false }],
  ['heartbeat empty', 2, '', 'empty-payload'],
  ['heartbeat long', 2, '0100', 'payload-too-long'],
  ['watchdog', 3, '010d0001ff', startup('watchdog', true)],
  ['user request', 3, '010d000300', startup('user_request', false)],
  ['brown-out', 3, '010d000400', startup('brown_out', false)],
  ['other cause', 3, '010d000500', startup('other', false)],
  ['no cause', 3, '010d000000', startup('unknown', false)],
  ['cause out of the list', 3, '010d000600', startup('unknown', false)],
  ['start-up empty', 3, '', 'empty-payload'],
  ['start-up long', 3, '010d00020100', 'payload-too-long'],
  ['debug', 6, 'c0ffee', { kind: 'debug' }],
  ['debug empty', 6, '', 'empty-payload'],
  ['no port', null, '01', 'unknown-f-port'],
];

describe('nwave-nps310sm, the rest', () => {
  it.each(rest)('%s', (...row) => expectRow(nwaveNps310sm, row));
});

function startup(resetCause: string, occupied: boolean) {
  return { kind: 'startup', occupied, firmware: '1.13.0', resetCause };
}

describe('the guide', () => {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const guide = read('docs/devices/adding-a-device.md');

  it('shows the device as it is', () => {
    expect(guide).toContain(read('adapters/lorawan/devices/nwave-nps310sm.ts'));
  });

  it('shows the table as it is tested', () => {
    const [, region] = /^\/\/ #region table\n([\s\S]*)^\/\/ #endregion table\n/m.exec(
      readFileSync(new URL(import.meta.url), 'utf8'),
    ) ?? ['', ''];
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
