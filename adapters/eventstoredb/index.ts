export { ConnectionStringError } from './connection-string.ts';
export { openEventStoreDb, type EventStoreDbOptions } from './eventstoredb-store.ts';
