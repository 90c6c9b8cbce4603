import { type ExitCode } from './exit-code.ts';

/** Something that the person who typed can act on: a stable code, and a sentence. Never shown with a stack. */
export class Failure extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.exitCode = 1;
    this.facts = facts;
  }
}

/** The command line itself is wrong. */
export class WrongUse extends Failure {
  override readonly exitCode = 2;

  constructor(message: string) {
    super('wrong-use', message);
    this.name = 'WrongUse';
  }
}

const CODES_OF_SYSTEM: Readonly<Record<string, readonly [code: string, hint: string]>> = {
  ECONNREFUSED: ['unreachable', 'nothing answers there'],
  ENOTFOUND: ['unreachable', 'there is no such host'],
  ETIMEDOUT: ['unreachable', 'it does not answer in time'],
  '28P01': ['access-denied', 'the database refuses this user or password'],
  '3D000': ['no-such-database', 'the database does not exist'],
  EACCES: ['access-denied', 'no right to do this'],
};

/** Whatever was thrown, as something to show. What nobody foresaw is called an internal error, with its message. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof Error)) return new Failure('internal-error', String(error));
  const code: unknown = Reflect.get(error, 'code');
  if (error.name === 'SettingsError')
    return Object.assign(new WrongUse(error.message), { code: 'invalid-settings' });
  if (error.name === 'EmbeddedPostgresError') return new Failure('embedded-postgres', error.message);
  if (typeof code !== 'string') return new Failure('internal-error', messageOf(error));
  // A socket file that is not there is a server that is not there; other files are files.
  const name = code === 'ENOENT' && Reflect.get(error, 'syscall') === 'connect' ? 'ECONNREFUSED' : code;
  const [known, hint] = CODES_OF_SYSTEM[name] ?? [];
  if (known !== undefined) return new Failure(known, `${messageOf(error)}: ${hint}`);
  // Errors of our own carry codes in words.
  return new Failure(/^[a-z][a-z-]+$/.test(code) ? code : 'internal-error', messageOf(error));
}

/** A failed connection to a name with several addresses has no message of its own. */
function messageOf(error: Error): string {
  if (error.message !== '') return error.message;
  const errors: unknown = Reflect.get(error, 'errors');
  return Array.isArray(errors) && errors[0] instanceof Error ? errors[0].message : error.name;
}
