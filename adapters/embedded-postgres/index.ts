export { discardEmbeddedPostgres } from './discard.ts';
export { EmbeddedPostgresError } from './errors.ts';
export { type EmbeddedPostgres, joinEmbeddedPostgres, type JoinOptions } from './join.ts';
