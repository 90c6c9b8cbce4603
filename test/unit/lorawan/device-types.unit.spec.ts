import { describe, expect, it } from 'vitest';
import { deviceTypeByAlias, deviceTypeById, deviceTypes } from '../../../adapters/lorawan/device-types.ts';

describe('the registry of device types', () => {
  it('holds every type once', () => {
    expect(deviceTypes.map(({ id }) => id)).toEqual([
      'bosch-tps110-0.23',
      'bosch-tps110-0.29',
      'bosch-tps110-0.39',
      'browan-tbms100',
      'dingtek-do200',
      'dingtek-do201',
      'dingtek-do202',
      'dragino-ldds75',
      'dragino-lds02',
      'libelium-smart-parking',
      'milesight-udl',
      'netvox-r719a',
      'nwave-ncc405',
      'nwave-nps310sm',
      'nwave-nps405',
      'plenom-kuando-busylight',
      'pni-placepod',
      'radiobridge-rbs301-dws',
      'tekzitel-tekzipark',
    ]);
  });

  it('has no name that means two types', () => {
    const names = deviceTypes
      .flatMap(({ id, aliases }) => [id, ...aliases])
      .map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(deviceTypes)('finds $id by id, by alias and in any case', (type) => {
    expect(deviceTypeById(type.id)).toBe(type);
    for (const name of [type.id, ...type.aliases]) {
      expect(deviceTypeByAlias(name)).toBe(type);
      expect(deviceTypeByAlias(`  ${name.toUpperCase()} `)).toBe(type);
    }
  });

  it('does not guess', () => {
    expect(deviceTypeById('RADIOBRIDGE-RBS301-DWS')).toBeNull();
    expect(deviceTypeById('constructor')).toBeNull();
    expect(deviceTypeByAlias('')).toBeNull();
    expect(deviceTypeByAlias('Chirpstack default device profile')).toBeNull();
    expect(deviceTypeByAlias('Multitech RBS301 Temp Sensor')).toBeNull();
  });

  it.each(deviceTypes)('$id is a day silent at most', ({ heartbeatS }) => {
    expect(heartbeatS).toBeGreaterThan(0);
    expect(heartbeatS).toBeLessThanOrEqual(86_400);
  });
});
