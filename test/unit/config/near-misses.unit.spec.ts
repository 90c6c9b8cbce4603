import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nameMistakes } from '../../../adapters/config/near-misses.ts';
import { SETTING_NAMES } from '../../../adapters/config/table.ts';

describe('names', () => {
  it.each([
    ['DATBASE_URL', 'DATABASE_URL'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATABASE_URL_FIEL', 'DATABASE_URL_FILE'],
    ['EVENTSTORE_URL', 'EVENT_STORE_URL'],
    ['DATADIR', 'DATA_DIR'],
    ['MASTERKEY', 'MASTER_KEY'],
    ['READY_MAX_LAGG', 'READY_MAX_LAG'],
  ])('%s is taken for a slip of %s', (name, meant) => {
    expect(nameMistakes({ [name]: 'x' })).toEqual([`${name}: unknown; did you mean ${meant}?`]);
  });

  it('with our prefix must be ours', () => {
    expect(nameMistakes({ BAYLEDGER_API_PROT: '1' })).toEqual([
      'BAYLEDGER_API_PROT: unknown; did you mean BAYLEDGER_API_PORT?',
    ]);
    expect(nameMistakes({ BAYLEDGER_COLOUR: '1' })).toEqual(['BAYLEDGER_COLOUR: unknown']);
    expect(nameMistakes({ BAYLEDGER_API_PORT: '1', BAYLEDGER_MASTER_KEY_FILE: '/x' })).toEqual([]);
  });

  it.each([
    'PATH HOME HOSTNAME HOSTS LANG PORT WEBS SHELL EDITOR NODE_PATH NODE_OPTIONS NODE_EXTRA_CA_CERTS LOGNAME',
    'AWS_API_KEY GCS_API_KEY API_HOST APP_PORT POSTGRES_URL PGDATABASE KUBERNETES_PORT API_SERVICE_HOST VITEST_MODE',
    'OTEL_EXPORTER_OTLP_HEADERS OTEL_TRACES_SAMPLER REDIS_HOST MQTT_HOST npm_config_user_agent XDG_DATA_DIRS',
  ])('of other programs are left alone: %s', (names) => {
    expect(nameMistakes(Object.fromEntries(names.split(' ').map((name) => [name, 'x'])))).toEqual([]);
  });

  it('of ours are never mistakes', () => {
    expect(nameMistakes(Object.fromEntries(SETTING_NAMES.map((name) => [name, 'x'])))).toEqual([]);
  });
});

describe('the distance between two names', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'ab', 1],
    ['abc', 'axc', 1],
    ['abc', 'acb', 1],
    ['abcd', 'badc', 2],
    ['ca', 'abc', 3],
  ])('%s %s: %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  const name = fc.string({ unit: fc.constantFrom('A', 'B', '_'), maxLength: 8 });

  it('is the same in both directions, and 0 only for equal names', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it('is 1 after two different neighbours were swapped', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(`${a}XY${b}`, `${a}YX${b}`)).toBe(1);
      }),
    );
  });
});
