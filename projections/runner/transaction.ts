import { type ClientBase, type Pool } from 'pg';

/**
 * The commit need not reach the disk before it is answered. A crash then takes rows and checkpoint back together, and
 * the events are applied again; the event store, which shares the disk, need not wait for ours.
 */
export const LAZY_BEGIN = 'BEGIN; SET LOCAL synchronous_commit = off';

/** One transaction on one connection; a throw rolls back. A connection that failed in between is not used again. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: ClientBase) => Promise<T>,
  begin: 'BEGIN' | typeof LAZY_BEGIN = 'BEGIN',
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // Without a listener a connection that breaks while it is idle ends the process.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/**
 * Failures that say nothing about the events: the connection, the server, a lock, a deadlock. The batch is tried again
 * as it is.
 */
export function isTransient(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== 'string') {
    return error instanceof Error && /terminated|timeout|ended|not queryable|connect/i.test(error.message);
  }
  // Classes of SQLSTATE: connection, rollback, resources, intervention, system; and the codes of sockets.
  return /^(08|40|53|57|58)/.test(code) || code === '55P03' || /^E[A-Z]+$/.test(code);
}
