import type { Settings } from './table.ts';

type Rule = (settings: Settings) => string | false | undefined;

const DAY_MS = 86_400_000;

/** What no single value shows. */
const ALWAYS: readonly Rule[] = [
  (s) =>
    s.jwtJwksUrl &&
    s.jwtSecret &&
    'JWT_JWKS_URL and JWT_SECRET: only one of them says how tokens are checked',
  (s) =>
    pair(s.chirpstackApiUrl, s.chirpstackApiToken) &&
    'CHIRPSTACK_API_URL and CHIRPSTACK_API_TOKEN: one needs the other',
  (s) => pair(s.ttsBaseUrl, s.ttsApiKey) && 'TTS_BASE_URL and TTS_API_KEY: one needs the other',
  (s) => s.framesKept < DAY_MS && 'FRAMES_KEPT: must be 1d or longer, since frames are kept by the day',
  (s) =>
    s.apiPort !== 0 &&
    s.apiPort === s.metricsPort &&
    s.host === s.metricsHost &&
    'METRICS_PORT: the API has this port (API_PORT)',
];

/** What is fine on one's own machine and not where it matters. */
const IN_PRODUCTION: readonly Rule[] = [
  (s) =>
    s.eventStoreUrl.kind === 'memory' &&
    'EVENT_STORE_URL: memory: loses every event at the end and is refused in production',
  (s) => s.eventStoreUrl.kind === 'embedded' && !s.allowEmbedded && embedded('EVENT_STORE_URL'),
  (s) => s.databaseUrl.kind === 'embedded' && !s.allowEmbedded && embedded('DATABASE_URL'),
  (s) => !s.masterKey && generated('MASTER_KEY'),
  (s) => !s.sealKey && generated('SEAL_KEY'),
  (s) =>
    s.redisUrl &&
    new URL(s.redisUrl.reveal()).password === '' &&
    'REDIS_URL: Redis without a password is refused in production',
  (s) =>
    s.jwtSecret &&
    s.jwtSecret.reveal().length < 32 &&
    'JWT_SECRET: must have 32 characters or more in production',
];

export function ruleMistakes(settings: Settings): string[] {
  const rules = settings.nodeEnv === 'production' ? [...ALWAYS, ...IN_PRODUCTION] : ALWAYS;
  return rules
    .map((rule) => rule(settings))
    .filter((mistake) => typeof mistake === 'string' && mistake !== '') as string[];
}

const pair = (one: unknown, other: unknown): boolean => (one === undefined) !== (other === undefined);

const embedded = (name: string): string =>
  `${name}: the embedded Postgres is refused in production; give a URL, or set ALLOW_EMBEDDED=true`;

const generated = (name: string): string =>
  `${name}: a key generated on this machine is refused in production; make one with: openssl rand -base64 32`;
