import { inspect } from 'node:util';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import {
  describeSettings,
  printSettings,
  readSettings,
  Secret,
  settingsTable,
} from '../../../adapters/config/index.ts';
import { SETTING_NAMES } from '../../../adapters/config/table.ts';

const PASSWORD = 'hunter2';
const key = Buffer.alloc(32, 0xab);
const settings = readSettings(
  {
    EVENT_STORE_URL: `kurrentdb://admin:${PASSWORD}@a.example:2113,b.example:2113?tls=true&userKeyFile=${PASSWORD}`,
    DATABASE_URL: `postgres://app:${PASSWORD}@db.example:5432/parking?password=${PASSWORD}`,
    REDIS_URL: `rediss://:${PASSWORD}@cache.example:6380/1`,
    MQTT_URL: `mqtts://u:${PASSWORD}@broker.example`,
    ARCHIVE_URL: `s3://AKID:${PASSWORD}@frames?endpoint=https://s3.example`,
    JWT_SECRET: PASSWORD,
    CHIRPSTACK_API_URL: 'https://cs.example',
    CHIRPSTACK_API_TOKEN: PASSWORD,
    MASTER_KEY: key.toString('base64'),
  },
  () => undefined,
);

describe('secrets', () => {
  const lines: string[] = [];
  pino({}, { write: (line: string) => void lines.push(line) }).info({ settings }, 'started');

  it.each([
    ['JSON', JSON.stringify(settings)],
    ['the console', inspect(settings, { depth: 9, showHidden: true })],
    ['a text', `${settings.jwtSecret?.toString()} ${String(settings.masterKey)}`],
    ['the log', lines.join('')],
    ['the start banner', describeSettings(settings).join('\n')],
    ['config print', JSON.stringify(printSettings(settings))],
    ['a copy', JSON.stringify({ ...settings })],
  ])('do not show in %s', (_, shown) => {
    expect(shown).not.toContain(PASSWORD);
    expect(shown).not.toContain(key.toString('base64'));
    expect(shown).not.toContain('171, 171');
  });

  it('show as such, and only when asked by name', () => {
    expect(JSON.stringify(new Secret('x'))).toBe('"[secret]"');
    expect(settings.jwtSecret?.reveal()).toBe(PASSWORD);
  });

  it.each(['p@ss', 'a/b', 'x?y', 'p#q', 'a:b@c/d?e'])(
    'stay hidden when nobody has escaped them: %s',
    (password) => {
      const url = `esdb://u:${password}@host:2113`;
      const { eventStoreUrl } = readSettings({ EVENT_STORE_URL: url }, () => undefined);
      expect(JSON.stringify(eventStoreUrl)).toBe('{"kind":"eventstoredb","url":"esdb://host:2113"}');
    },
  );
});

describe('the start banner', () => {
  it('names the store and the database in use', () => {
    expect(describeSettings(settings)).toEqual([
      'event store: EventStoreDB at esdb://a.example:2113,b.example:2113',
      'database:    Postgres at postgres://db.example:5432/parking',
      'cache:       rediss://cache.example:6380/1',
      'data folder: .data',
    ]);
    expect(
      describeSettings(readSettings({ EVENT_STORE_URL: 'memory:' }, () => undefined)).slice(0, 3),
    ).toEqual([
      'event store: memory (lost at the end)',
      'database:    embedded Postgres in .data',
      'cache:       in the process',
    ]);
  });
});

describe('the table for the documentation', () => {
  it('has a row with a default and a meaning for every setting', () => {
    const rows = settingsTable().trim().split('\n').slice(2);
    expect(rows).toHaveLength(SETTING_NAMES.length);
    for (const row of rows) expect(row).toMatch(/^\| `[A-Z_]+` \| \S.* \| \S.* \|$/);
    expect(rows).toContain(
      '| `METRICS_HOST` | as `HOST` | the address that `/metrics` listens on, apart from the API |',
    );
  });
});
