/** Where a real EventStoreDB is to be found for tests: EVENT_STORE_URL, or the default port of this machine. */
export interface RealServer {
  readonly host: string;
  readonly port: number;
  /** What follows the address in the connection string: `?tls=false`. */
  readonly query: string;
  readonly credentials: string;
}

const SINGLE = /^(?:esdb|kurrentdb):\/\/([^@/?]+@)?([^:,/?]+)(?::(\d+))?\/?(\?.*)?$/;

/** Null, with the reason, when there is none; tests that need it are skipped and say why. */
export async function findRealServer(): Promise<RealServer | { readonly missing: string }> {
  const url = process.env['EVENT_STORE_URL'];
  if (url !== undefined && /^(esdb|kurrentdb)/.test(url)) {
    const [, credentials = '', host, port = '2113', query = ''] = SINGLE.exec(url) ?? [];
    if (host === undefined)
      return { missing: 'EVENT_STORE_URL names a cluster, which these tests do not use' };
    return { host, port: Number(port), query, credentials };
  }
  try {
    const answer = await fetch('http://127.0.0.1:2113/health/live', { signal: AbortSignal.timeout(1000) });
    if (answer.ok) return { host: '127.0.0.1', port: 2113, query: '?tls=false', credentials: '' };
    return { missing: `the server on port 2113 is not live (${answer.status})` };
  } catch {
    return { missing: 'EVENT_STORE_URL is not set and nothing answers on 127.0.0.1:2113' };
  }
}
