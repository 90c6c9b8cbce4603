/** What a connection string says, before any file is read or any connection made. */
export interface ConnectionString {
  readonly hosts: readonly [HostAndPort, ...HostAndPort[]];
  /** `esdb+discover://`: the host's DNS name stands for a cluster. */
  readonly discover: boolean;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly options: ConnectionOptions;
}

export interface HostAndPort {
  readonly address: string;
  readonly port: number;
}

export interface ConnectionOptions {
  readonly tls: boolean;
  readonly tlsCAFile?: string;
  readonly userCertFile?: string;
  readonly userKeyFile?: string;
  readonly nodePreference?: NodePreference;
  readonly maxDiscoverAttempts?: number;
  readonly discoveryInterval?: number;
  readonly gossipTimeout?: number;
  readonly keepAliveInterval: number;
  readonly keepAliveTimeout: number;
  readonly connectionName?: string;
}

const preferences = ['leader', 'follower', 'random', 'read_only_replica'] as const;
export type NodePreference = (typeof preferences)[number];

/** A connection string that would silently mean something else than it says (pitfall b13). */
export class ConnectionStringError extends Error {
  constructor(message: string) {
    super(`EVENT_STORE_URL: ${message}`);
    this.name = 'ConnectionStringError';
  }
}

const SCHEME = /^(esdb|kurrentdb|kdb)(\+discover)?:\/\//;
/** Options of the client that mean nothing here: appends always throw on failure, and limits of time are our own. */
const IGNORED = new Set(['throwonappendfailure', 'defaultdeadline']);

/**
 * Reads `esdb://[user:password@]host[:port][,host…][?option=value&…]` (also `kurrentdb://`, `kdb://`). Stricter than
 * the client's own reader, which cuts passwords off at a `:`, moves an `@` into the host, ignores unknown options and
 * takes `tlsVerifyCert=false` without effect.
 */
export function parseConnectionString(text: string): ConnectionString {
  const scheme = SCHEME.exec(text);
  if (scheme === null) throw new ConnectionStringError('must begin with esdb:// or esdb+discover://');
  const [address = '', query = ''] = splitAt(
    text.slice(scheme[0].length),
    text.indexOf('?') - scheme[0].length,
  );
  const at = address.lastIndexOf('@');
  const [first, ...more] = address
    .slice(at + 1)
    .replace(/\/+$/, '')
    .split(',')
    .map(parseHost);
  if (first === undefined) throw new ConnectionStringError('names no host');
  const discover = scheme[2] !== undefined;
  if (discover && more.length > 0) throw new ConnectionStringError('+discover takes one DNS name');
  return {
    hosts: [first, ...more],
    discover,
    ...(at < 0 ? {} : { credentials: parseCredentials(address.slice(0, at)) }),
    options: parseOptions(query),
  };
}

function splitAt(text: string, index: number): [string, string] {
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function parseCredentials(text: string): { username: string; password: string } {
  const [username, password] = splitAt(text, text.indexOf(':'));
  if (username === '' || !text.includes(':'))
    throw new ConnectionStringError('credentials are user:password');
  return { username: decode(username), password: decode(password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConnectionStringError('credentials must be percent-encoded (a % by itself is %25)');
  }
}

const HOST = /^(\[[0-9a-fA-F:]+\]|[^:[\]\s/]+)(?::(\d{1,5}))?$/;

function parseHost(text: string): HostAndPort {
  const [, address, port] = HOST.exec(text) ?? [];
  if (address === undefined) throw new ConnectionStringError(`not a host: "${text}"`);
  return { address, port: port === undefined ? 2113 : Number(port) };
}

function parseOptions(query: string): ConnectionOptions {
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) given.set(name.toLowerCase(), value);
  const take = (name: string): string | undefined => {
    const value = given.get(name.toLowerCase());
    given.delete(name.toLowerCase());
    return value;
  };
  const number = (name: string): number | undefined => {
    const value = take(name);
    if (value === undefined) return undefined;
    if (!/^-?\d+$/.test(value)) throw new ConnectionStringError(`${name} is not a number: ${value}`);
    return Number(value);
  };
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = take(name)?.toLowerCase() ?? String(otherwise);
    if (value !== 'true' && value !== 'false') throw new ConnectionStringError(`${name} is true or false`);
    return value === 'true';
  };
  if (!flag('tlsVerifyCert', true)) {
    throw new ConnectionStringError(
      'tlsVerifyCert=false has no effect in Node: name the certificate authority with tlsCAFile',
    );
  }
  const options = present({
    tls: flag('tls', true),
    tlsCAFile: take('tlsCAFile'),
    userCertFile: take('userCertFile'),
    userKeyFile: take('userKeyFile'),
    nodePreference: preference(take('nodePreference')),
    maxDiscoverAttempts: number('maxDiscoverAttempts'),
    discoveryInterval: number('discoveryInterval'),
    gossipTimeout: number('gossipTimeout'),
    keepAliveInterval: number('keepAliveInterval') ?? 10_000,
    keepAliveTimeout: number('keepAliveTimeout') ?? 10_000,
    connectionName: take('connectionName'),
  });
  const unknown = [...given.keys()].filter((name) => !IGNORED.has(name));
  if (unknown.length > 0) throw new ConnectionStringError(`unknown options: ${unknown.join(', ')}`);
  return options;
}

function preference(value: string | undefined): NodePreference | undefined {
  if (value === undefined) return undefined;
  const plain = value.toLowerCase().replaceAll('_', '');
  const found = preferences.find((each) => each.replaceAll('_', '') === plain);
  if (found === undefined) throw new ConnectionStringError(`not a nodePreference: ${value}`);
  return found;
}

type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
}
