export {
  migrateDown,
  migrateUp,
  type MigrationOptions,
  migrationStatus,
  type MigrationState,
} from './migrations.ts';
export { createReadPool, createWritePool, type PoolOptions } from './pools.ts';
