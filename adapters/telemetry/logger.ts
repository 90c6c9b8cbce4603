import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Which of several processes that share a log this is. */
  readonly role: string;
  /** Absent: the standard output. */
  readonly file?: string;
}

/** Whatever an object may carry under these names must not be kept in a log (rule P8). */
const SECRETS = [
  'api_key',
  'apiKey',
  'key',
  'password',
  'authorization',
  'headers.authorization',
  'headers["x-api-key"]',
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'holder',
  'holder_ref',
  '*.api_key',
  '*.password',
  '*.holder',
  '*.holder_ref',
  '*.connectionString',
];

/** One JSON object a line. Written at once: the last lines before a crash are the ones that matter. */
export function createLogger(options: LoggerOptions): Logger {
  const { file, level, role } = options;
  if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const stream = destination(file === undefined ? { dest: 1, sync: true } : { dest: file, sync: true });
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS, censor: '[secret]' },
      serializers: { err: describeError },
    },
    stream,
  );
}

/** Messages of connection errors may quote a URL with its password. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return withoutPasswords(String(error));
  const code: unknown = Reflect.get(error, 'code');
  return {
    type: error.name,
    message: withoutPasswords(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    stack: withoutPasswords(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

export function withoutPasswords(text: string): string {
  return text.replaceAll(/(\w+:\/\/[^:@/\s]*):[^@/\s]*@/g, '$1:***@');
}
