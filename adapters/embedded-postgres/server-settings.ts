export type ServerSettings = Readonly<Record<string, string>>;

/**
 * Given on the command line at every start, so that a release can change them without editing a file in the data.
 * They suit a machine that runs everything: modest memory, no shortcuts in durability.
 */
export const SERVER_SETTINGS: ServerSettings = {
  // This machine only. Beside TCP a socket file, where the path allows it: socket.ts.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Roles × pools of the processes that may share one DATA_DIR.
  max_connections: '200',
  shared_buffers: '192MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  // The event log is appended to all the time: fewer, longer checkpoints, and no more disk than a laptop has to spare.
  max_wal_size: '2GB',
  min_wal_size: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_prepared_transactions: '0',
  // Compiling short statements costs more than it saves; disks are SSDs.
  jit: 'off',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  // Details of an error may hold values of rows, and those may be personal.
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
};

export function asArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
