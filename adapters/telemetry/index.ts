export { DeviceTypesSeen } from './device-types-seen.ts';
export { createLogger, type LoggerOptions, type LogLevel, withoutPasswords } from './logger.ts';
export { measuredStore } from './measured-store.ts';
export { measuredTables } from './measured-tables.ts';
export { Metrics } from './metrics.ts';
export { occasionally } from './occasionally.ts';
export { watchSpool } from './spool-gauges.ts';
export { serveStatus, type StatusAnswer, type StatusServer } from './status-server.ts';
