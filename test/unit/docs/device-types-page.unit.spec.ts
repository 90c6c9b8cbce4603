import { describe, expect, it } from 'vitest';
import { deviceTypes } from '../../../adapters/lorawan/device-types.ts';
import { deviceTypeNotes } from '../../../docs/devices/device-type-notes.ts';
import { deviceTypesPage } from '../../../docs/devices/device-types-page.ts';

describe('the page of device types', () => {
  const page = deviceTypesPage();
  const rows = page.split('\n').filter((line) => line.startsWith('| ['));

  it('has one row and one section for each type, in the order of the registry', () => {
    const ids = deviceTypes.map(({ id }) => id);
    expect(rows.map((row) => row.match(/`([^`]+)`/)?.[1])).toEqual(ids);
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(ids);
  });

  it('has as many cells in each row as in its head', () => {
    for (const row of rows) expect(row.match(/ \| /g)).toHaveLength(5);
  });

  it('has no notes on types that are not there', () => {
    const ids = new Set(deviceTypes.map(({ id }) => id));
    expect(Object.keys(deviceTypeNotes).filter((id) => !ids.has(id))).toEqual([]);
  });

  it('tells the defaults by which a measurement means a car', () => {
    const measuring = deviceTypes.filter(({ thresholds }) => thresholds !== undefined);
    expect(measuring.length).toBeGreaterThan(0);
    for (const { id, thresholds } of measuring) {
      const row = rows.find((line) => line.includes(`\`${id}\``)) ?? '';
      for (const [name, value] of Object.entries(thresholds ?? {})) {
        if (name !== 'kind') expect(row).toContain(`\`${name}\` ${value}`);
      }
    }
  });
});
