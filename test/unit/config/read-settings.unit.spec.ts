import { describe, expect, it } from 'vitest';
import { readSettings, Secret, SettingsError } from '../../../adapters/config/index.ts';

const noFiles = () => undefined;
const files = (content: Record<string, string>) => (path: string) => content[path];

function mistakesOf(
  env: NodeJS.ProcessEnv,
  readFile: (path: string) => string | undefined = noFiles,
): readonly string[] {
  try {
    readSettings(env, readFile);
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('defaults', () => {
  it('need no configuration at all', () => {
    expect(readSettings({}, noFiles)).toMatchObject({
      eventStoreUrl: { kind: 'embedded' },
      databaseUrl: { kind: 'embedded' },
      redisUrl: undefined,
      host: '127.0.0.1',
      apiPort: 8000,
      metricsHost: '127.0.0.1',
      metricsPort: 9464,
      trustProxy: false,
      corsOrigins: undefined,
      dataDir: '.data',
      spoolMaxMb: 1024,
      framesKept: 7_776_000_000,
      archiveUrl: { kind: 'folder', path: null },
      nodeEnv: 'development',
      logLevel: 'info',
      readyMaxLag: 10_000,
      shutdownTimeout: 30_000,
      masterKey: undefined,
      sealInterval: 3_600_000,
      web: true,
      webhookAllowPrivate: false,
      otelTracesSamplerArg: 0.1,
    });
  });

  it('let the metrics listen where the API does', () => {
    expect(readSettings({ HOST: '0.0.0.0' }, noFiles).metricsHost).toBe('0.0.0.0');
    expect(readSettings({ HOST: '0.0.0.0', METRICS_HOST: '127.0.0.1' }, noFiles).metricsHost).toBe(
      '127.0.0.1',
    );
  });

  it('are the types’ own thresholds, over which those of types and of devices are read', () => {
    expect(readSettings({}, noFiles).sensorThresholds).toBeUndefined();
    const text =
      'browan-tbms100.vacantAfterMin=5, 70B3D57ED005A1B2.blindBelowMm=300,70b3d57ed005a1b2.vacantFromMm=9';
    expect(readSettings({ SENSOR_THRESHOLDS: text }, noFiles).sensorThresholds).toEqual({
      'browan-tbms100': { vacantAfterMin: 5 },
      '70b3d57ed005a1b2': { blindBelowMm: 300, vacantFromMm: 9 },
    });
    for (const wrong of ['vacantAfterMin=5', 'a.b=-1', 'a.b=1.5', 'a.b', 'a.b=1,', 'a.b=1e9'])
      expect(mistakesOf({ SENSOR_THRESHOLDS: wrong })).toHaveLength(1);
  });

  it('stand for an empty variable, which is what compose files make of an unset one', () => {
    expect(readSettings({ API_PORT: '', REDIS_URL: ' ' }, noFiles)).toMatchObject({
      apiPort: 8000,
      redisUrl: undefined,
    });
  });
});

describe('sources', () => {
  const env = { API_PORT: '3', API_PORT_FILE: '/etc/port', BAYLEDGER_API_PORT: '4' };

  it.each([
    [1, env, { '/run/secrets/api_port': '1\n', '/etc/port': '2' }],
    [2, env, { '/etc/port': '2\n' }],
    [3, { ...env, API_PORT_FILE: undefined }, {}],
    [4, { BAYLEDGER_API_PORT: '4' }, {}],
    [5, { BAYLEDGER_API_PORT_FILE: '/etc/other' }, { '/etc/other': '5' }],
    [8000, {}, {}],
  ])(
    '%i: mounted secret, then file, then variable, then prefixed variable, then default',
    (port, given, content) => {
      expect(readSettings(given, files(content)).apiPort).toBe(port);
    },
  );

  it('name the file that is missing', () => {
    expect(mistakesOf({ API_PORT_FILE: '/nowhere' })).toEqual(['API_PORT_FILE: there is no file /nowhere']);
  });

  it('name the place that a bad value comes from', () => {
    expect(mistakesOf({}, files({ '/run/secrets/api_port': 'http' }))).toEqual([
      'API_PORT (from /run/secrets/api_port): must be a port number from 0 to 65535',
    ]);
  });

  it('are real files; an empty one is a mistake, not an unset value', () => {
    expect(() => readSettings({ JWT_SECRET_FILE: '/dev/null' })).toThrow(
      /JWT_SECRET .*: must be a text that is not empty/,
    );
  });
});

describe('values', () => {
  it.each([
    ['READY_MAX_LAG', '500ms', 'readyMaxLag', 500],
    ['READY_MAX_LAG', '1.5s', 'readyMaxLag', 1_500],
    ['SEAL_INTERVAL', '24h', 'sealInterval', 86_400_000],
    ['SEAL_INTERVAL', '7d', 'sealInterval', 604_800_000],
    ['SHUTDOWN_TIMEOUT', '5m', 'shutdownTimeout', 300_000],
    ['WEB', 'off', 'web', false],
    ['WEBHOOK_ALLOW_PRIVATE', 'TRUE', 'webhookAllowPrivate', true],
    ['API_PORT', '0', 'apiPort', 0],
    ['TRUST_PROXY', '1', 'trustProxy', true],
    ['TRUST_PROXY', 'on', 'trustProxy', true],
    ['TRUST_PROXY', '10.0.0.0/8, ::1', 'trustProxy', ['10.0.0.0/8', '::1']],
    [
      'CORS_ORIGINS',
      'https://a.example, http://b.example:81',
      'corsOrigins',
      ['https://a.example', 'http://b.example:81'],
    ],
    ['CORS_ORIGINS', 'none', 'corsOrigins', undefined],
    ['REDIS_URL', 'off', 'redisUrl', undefined],
    ['PUBLIC_URL', 'https://parking.example/', 'publicUrl', 'https://parking.example'],
    ['OTEL_TRACES_SAMPLER_ARG', '.25', 'otelTracesSamplerArg', 0.25],
    ['FRAMES_KEPT', '36h', 'framesKept', 129_600_000],
    ['ARCHIVE_URL', 'folder', 'archiveUrl', { kind: 'folder', path: null }],
    ['ARCHIVE_URL', 'off', 'archiveUrl', { kind: 'off' }],
    ['ARCHIVE_URL', 'file:///mnt/cold%20store', 'archiveUrl', { kind: 'folder', path: '/mnt/cold store' }],
    [
      'ARCHIVE_URL',
      's3://frames',
      'archiveUrl',
      { kind: 's3', bucket: 'frames', prefix: '', region: 'us-east-1' },
    ],
    [
      'ARCHIVE_URL',
      's3://my.frames/car%20parks/eu/?endpoint=http://127.0.0.1:9000&region=eu-west-3',
      'archiveUrl',
      {
        kind: 's3',
        bucket: 'my.frames',
        prefix: 'car parks/eu',
        region: 'eu-west-3',
        endpoint: 'http://127.0.0.1:9000',
      },
    ],
  ] as const)('%s=%s', (name, value, key, expected) => {
    expect(readSettings({ [name]: value }, noFiles)[key]).toEqual(expected);
  });

  it.each([
    ['READY_MAX_LAG', '10'],
    ['READY_MAX_LAG', '-1s'],
    ['API_PORT', '65536'],
    ['API_PORT', 'tcp://10.0.0.1:8000'],
    ['WEB', 'maybe'],
    ['SPOOL_MAX_MB', '0'],
    ['FRAMES_KEPT', '90'],
    ['FRAMES_KEPT', '23h'],
    ['ARCHIVE_URL', 'bucket'],
    ['ARCHIVE_URL', 'https://frames.example'],
    ['ARCHIVE_URL', 'file://host/folder'],
    ['ARCHIVE_URL', 's3:///prefix'],
    ['ARCHIVE_URL', 's3://frames?endpoint=minio:9000'],
    ['ARCHIVE_URL', 's3://frames?acl=public'],
    ['ARCHIVE_URL', 's3://key-without-secret@frames'],
    ['ARCHIVE_URL', 's3://frames?endpoint=https://key:secret@minio:9000'],
    ['ARCHIVE_URL', 's3://frames/%zz'],
    ['ARCHIVE_URL', 's3://AKID:12/not+escaped@frames'],
    ['ARCHIVE_URL', 's3://AKID:/not+escaped@frames'],
    ['ARCHIVE_URL', 'file:///a%2Fb'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'prod'],
    ['PUBLIC_URL', 'parking.example'],
    ['CORS_ORIGINS', 'https://a.example/path'],
    ['TRUST_PROXY', 'my-proxy'],
    ['EVENT_STORE_URL', 'mysql://localhost'],
    ['EVENT_STORE_URL', 'esdb://'],
    ['DATABASE_URL', 'memory:'],
    ['REDIS_URL', 'localhost:6379'],
    ['MASTER_KEY', 'too short'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ])('%s=%s is a mistake that says what is right', (name, value) => {
    expect(mistakesOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: must be `))]);
  });

  it('takes a key in either form', () => {
    const bytes = Buffer.alloc(32, 0xfe);
    for (const form of ['base64', 'base64url', 'hex'] as const) {
      expect(readSettings({ MASTER_KEY: bytes.toString(form) }, noFiles).masterKey?.reveal()).toEqual(bytes);
    }
  });
});

describe('the event store', () => {
  it.each([
    ['embedded', 'embedded', undefined],
    ['memory:', 'memory', undefined],
    ['postgres://u:p@h/db', 'postgres', 'postgres://u:p@h/db'],
    ['postgresql://u:p@h/db', 'postgres', 'postgresql://u:p@h/db'],
    ['esdb://h:2113?tls=false', 'eventstoredb', 'esdb://h:2113?tls=false'],
    ['esdb+discover://h:2113', 'eventstoredb', 'esdb+discover://h:2113'],
    ['esdb://a:1,b:2,c:3', 'eventstoredb', 'esdb://a:1,b:2,c:3'],
    ['kurrentdb://u:p@h:2113', 'eventstoredb', 'esdb://u:p@h:2113'],
    ['kurrentdb+discover://h', 'eventstoredb', 'esdb+discover://h'],
  ])('%s', (value, kind, url) => {
    const { eventStoreUrl } = readSettings({ EVENT_STORE_URL: value }, noFiles);
    expect(eventStoreUrl.kind).toBe(kind);
    expect('url' in eventStoreUrl ? eventStoreUrl.url.reveal() : undefined).toBe(url);
  });
});

describe('mistakes', () => {
  it('are listed all at once, in one message', () => {
    const env = { API_PORT: 'x', LOG_LEVEL: 'loud', DATBASE_URL: 'postgres://h/db', BAYLEDGER_COLOUR: 'red' };
    expect(mistakesOf(env)).toHaveLength(4);
    expect(() => readSettings(env, noFiles)).toThrow(/^4 mistake\(s\) in the settings:\n( {2}- .+\n?){4}$/);
  });

  it('never repeat a value, which may be a secret in the wrong place', () => {
    const env = {
      MASTER_KEY: 'hunter2',
      DATABASE_URL: 'mysql://u:hunter2@h',
      REDIS_URL: 'hunter2',
      API_PORT: 'hunter2',
    };
    expect(mistakesOf(env).join('\n')).not.toContain('hunter2');
  });

  it.each([
    [{ JWT_JWKS_URL: 'https://id.example/jwks', JWT_SECRET: 's' }, /only one/],
    [{ CHIRPSTACK_API_URL: 'https://cs.example' }, /one needs the other/],
    [{ TTS_API_KEY: 'k' }, /one needs the other/],
    [{ API_PORT: '9464' }, /METRICS_PORT/],
  ])('%j', (env, message) => {
    expect(mistakesOf(env)).toEqual([expect.stringMatching(message)]);
  });
});

describe('production', () => {
  const safe = {
    NODE_ENV: 'production',
    EVENT_STORE_URL: 'esdb://h:2113',
    DATABASE_URL: 'postgres://u:p@h/db',
    MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    SEAL_KEY: Buffer.alloc(32, 2).toString('base64'),
    REDIS_URL: 'redis://:pass@h:6379',
  };

  it('takes safe settings', () => {
    expect(readSettings(safe, noFiles).masterKey).toBeInstanceOf(Secret);
  });

  it.each([
    [
      { EVENT_STORE_URL: 'embedded' },
      /^EVENT_STORE_URL: the embedded Postgres is refused.*ALLOW_EMBEDDED=true/,
    ],
    [{ DATABASE_URL: 'embedded' }, /^DATABASE_URL: the embedded Postgres is refused/],
    [{ EVENT_STORE_URL: 'memory:' }, /memory: loses every event/],
    [{ EVENT_STORE_URL: 'memory:', ALLOW_EMBEDDED: 'true' }, /memory: loses every event/],
    [{ MASTER_KEY: '' }, /^MASTER_KEY: a key generated/],
    [{ SEAL_KEY: '' }, /^SEAL_KEY: a key generated/],
    [{ REDIS_URL: 'redis://h:6379' }, /^REDIS_URL: Redis without a password/],
    [{ JWT_SECRET: 'short' }, /^JWT_SECRET: must have 32 characters/],
  ])('refuses %j', (unsafe, message) => {
    expect(mistakesOf({ ...safe, ...unsafe })).toEqual([expect.stringMatching(message)]);
    const onOnesOwnMachine = { ...safe, ...unsafe, NODE_ENV: 'development' };
    expect(mistakesOf(onOnesOwnMachine)).toEqual([]);
  });

  it('takes the embedded Postgres when that is said', () => {
    const env = { ...safe, EVENT_STORE_URL: '', DATABASE_URL: '', ALLOW_EMBEDDED: 'true' };
    expect(mistakesOf(env)).toEqual([]);
  });
});
