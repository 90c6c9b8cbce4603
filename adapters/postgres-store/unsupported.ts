/** Thrown on opening: before Postgres 17 nothing frees the log's lock from a client that stopped within a batch. */
export class UnsupportedPostgresError extends Error {
  readonly code = 'unsupported-postgres';
  constructor(version: number) {
    const major = Math.floor(version / 10_000);
    super(`the event store needs Postgres 17 or later (transaction_timeout); this server is ${major}`);
    this.name = 'UnsupportedPostgresError';
  }
}

/** Thrown on opening: the database has no event store yet. */
export class SchemaMissingError extends Error {
  readonly code = 'schema-missing';
  constructor(options?: ErrorOptions) {
    super('the database has no schema event_store: run the migrations first', options);
    this.name = 'SchemaMissingError';
  }
}
