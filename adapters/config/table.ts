import type { z } from 'zod';
import { archive } from './archive.ts';
import * as take from './parsers.ts';
import { database, eventStore } from './stores.ts';

interface Entry<T> {
  readonly schema: z.ZodType<T, string>;
  readonly doc: string;
  /** As it would be written in the variable, so that the documentation shows what is really used. */
  readonly default?: string;
  /** Without a value of its own, that of another setting. */
  readonly sameAs?: string;
  /** What the documentation says when there is no default. */
  readonly otherwise?: string;
}

const always = <T>(schema: z.ZodType<T, string>, fallback: string, doc: string) => ({
  schema,
  doc,
  default: fallback,
});
const follows = <T>(schema: z.ZodType<T, string>, sameAs: string, doc: string) => ({ schema, doc, sameAs });
const maybe = <T>(schema: z.ZodType<T, string>, doc: string, otherwise = 'off') => ({
  schema: schema as z.ZodType<T | undefined, string>,
  doc,
  otherwise,
});

/** Every setting there is: read, checked and documented from this table. */
export const TABLE = {
  EVENT_STORE_URL: always(
    eventStore,
    'embedded',
    'where the events are kept: `embedded`, `esdb://…`, `esdb+discover://…`, `kurrentdb://…`, `postgres://…`, or `memory:` (lost at the end)',
  ),
  DATABASE_URL: always(database, 'embedded', 'Postgres of the read models: `embedded` or `postgres://…`'),
  DATABASE_REPLICA_URL: maybe(take.credentialUrl('postgres', 'postgresql'), 'a replica of it, for queries'),
  REDIS_URL: maybe(take.credentialUrl('redis', 'rediss'), 'cache and limiter', 'in the process'),
  MQTT_URL: maybe(take.credentialUrl('mqtt', 'mqtts', 'ws', 'wss'), 'the broker of ChirpStack'),
  MQTT_API_KEY: maybe(
    take.secretText,
    'an API key of role `ingest`: its tenant is the one whose frames the broker delivers',
    'the only tenant there is',
  ),
  MQTT_CLIENT_ID: always(
    take.words,
    'bayledger',
    'under this name the broker keeps what is published while nobody takes it; one for each process that takes frames',
  ),
  MQTT_TOPIC: always(
    take.eventTopic,
    'application/+/device/+/event/+',
    'the topics of events, where ChirpStack’s `event_topic` is another; the last level is the event',
  ),
  INGEST_QUOTA: always(
    take.wholeNumber,
    '1000',
    'frames that a tenant may send in a minute; more are taken in all the same, counted and alarmed',
  ),
  HOST: always(take.words, '127.0.0.1', 'the address that the API listens on'),
  API_PORT: always(take.port, '8000', 'its port; 0 takes any free one'),
  PUBLIC_URL: maybe(take.webUrl, 'how clients reach the API', 'derived from `HOST` and `API_PORT`'),
  TRUST_PROXY: always(
    take.proxies,
    'off',
    'whose `X-Forwarded-*` headers count: `on`, `off`, or the addresses of the proxies',
  ),
  CORS_ORIGINS: maybe(
    take.origins,
    'origins of web pages that may call the API, separated by commas',
    'none',
  ),
  METRICS_HOST: follows(take.words, 'HOST', 'the address that `/metrics` listens on, apart from the API'),
  METRICS_PORT: always(take.port, '9464', 'its port; 0 takes any free one'),
  DATA_DIR: always(take.words, '.data', 'folder of the embedded Postgres, spool, archive, keys and log'),
  SPOOL_MAX_MB: always(take.wholeNumber, '1024', 'how much the spool may hold while the store is away'),
  FRAMES_KEPT: always(
    take.duration,
    '90d',
    'how long frames are kept as they were received before they are archived; 14 days later they go',
  ),
  ARCHIVE_URL: always(
    archive,
    'folder',
    'where frames are archived: `folder` (`DATA_DIR/archive`), `file:///…`, `s3://bucket/prefix?endpoint=…&region=…`, or `off` (frames expire without a copy)',
  ),
  SENSOR_THRESHOLDS: maybe(
    take.thresholds,
    'when a measured distance or movement means a car, by device type or by the EUI of one device: `browan-tbms100.vacantAfterMin=5,70b3d57ed005a1b2.occupiedBelowMm=900`',
    'as `bayledger devices list-types` says',
  ),
  NODE_ENV: always(
    take.oneOf('development', 'test', 'production'),
    'development',
    '`production` refuses unsafe settings',
  ),
  ALLOW_EMBEDDED: always(take.boolean, 'false', 'allows the embedded Postgres in production'),
  LOG_LEVEL: always(
    take.oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'how much is logged',
  ),
  READY_MAX_LAG: always(take.duration, '10s', 'the API is ready while its read models lag less than this'),
  SHUTDOWN_TIMEOUT: always(take.duration, '30s', 'how long work in progress may take at the end'),
  JWT_JWKS_URL: maybe(take.webUrl, 'public keys of the issuer of end users’ tokens'),
  JWT_SECRET: maybe(take.secretText, 'or the secret shared with it'),
  JWT_ISSUER: maybe(take.words, 'the issuer that tokens must name'),
  JWT_AUDIENCE: maybe(take.words, 'the audience that tokens must name'),
  JWT_CLAIM_TENANT: maybe(take.words, 'the claim that names the tenant; `sub` becomes `holder_ref`'),
  CHIRPSTACK_API_URL: maybe(take.webUrl, 'ChirpStack’s API, for downlinks'),
  CHIRPSTACK_API_TOKEN: maybe(take.secretText, 'its token'),
  TTS_BASE_URL: maybe(take.webUrl, 'The Things Stack, for downlinks'),
  TTS_API_KEY: maybe(take.secretText, 'its key'),
  SEAL_KEY: maybe(
    take.key,
    'Ed25519 seed for seals: 32 bytes, base64 or hexadecimal',
    'generated in `DATA_DIR/keys`',
  ),
  MASTER_KEY: maybe(
    take.key,
    'wraps the data keys: 32 bytes, base64 or hexadecimal',
    'generated in `DATA_DIR/keys`',
  ),
  SEAL_INTERVAL: always(take.duration, '1h', 'how often the log is sealed'),
  SEAL_PUBLISH: maybe(take.words, 'where seals are published', 'none'),
  WEB: always(take.boolean, 'on', 'serves the web pages'),
  MAP_TILES_URL: maybe(take.words, 'tiles of the map on the web pages'),
  WEBHOOK_ALLOW_PRIVATE: always(take.boolean, 'false', 'allows webhooks to private addresses'),
  OTEL_EXPORTER_OTLP_ENDPOINT: maybe(take.webUrl, 'where traces are sent'),
  OTEL_TRACES_SAMPLER_ARG: always(take.share, '0.1', 'the share of requests that are traced'),
} as const satisfies Record<string, Entry<unknown>>;

export type SettingName = keyof typeof TABLE;

export const SETTING_NAMES = Object.keys(TABLE) as SettingName[];

export const entryOf = (name: SettingName): Entry<unknown> => TABLE[name];

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<S>;

/** `EVENT_STORE_URL` is `eventStoreUrl`, and so on: the names are those of the table. */
export type Settings = { readonly [N in SettingName as Camel<N>]: z.output<(typeof TABLE)[N]['schema']> };

export function camelCase(name: SettingName): keyof Settings {
  return name
    .toLowerCase()
    .replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof Settings;
}
