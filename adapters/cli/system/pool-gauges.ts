import { type Metrics } from '../../telemetry/index.ts';
import { type Resources } from './connect.ts';

/** How the connections to the database are used, and what only a query can tell. */
export function watchPools(resources: Resources, metrics: Metrics): void {
  const { pool, read } = resources;
  metrics.gauge('parking_pool_connections', 'Connections of a pool', ['pool', 'state'], (gauge) => {
    gauge.set({ pool: 'commands', state: 'idle' }, pool.idleCount);
    gauge.set({ pool: 'commands', state: 'busy' }, pool.totalCount - pool.idleCount);
    const queries = read.state();
    gauge.set({ pool: 'queries', state: 'idle' }, queries.idleConnections);
    gauge.set({ pool: 'queries', state: 'busy' }, queries.acquiredConnections);
  });
  metrics.gauge('parking_pool_waiting', 'Who waits for a connection', ['pool'], (gauge) => {
    gauge.set({ pool: 'commands' }, pool.waitingCount);
    gauge.set({ pool: 'queries' }, read.state().waitingClients);
  });
  metrics.gauge(
    'parking_active_reservations',
    'Reservations that are confirmed or checked in',
    [],
    async (gauge) => {
      const { rows } = await pool.query<{ count: number }>(
        "SELECT count(*)::integer AS count FROM read_model.reservations WHERE status IN ('CONFIRMED', 'CHECKED_IN')",
      );
      gauge.set(rows[0]?.count ?? 0);
    },
  );
}
