import pg from 'pg';
import { StoreAccessDeniedError, StoreUnavailableError } from '../../application/ports/event-store/errors.ts';
import { SchemaMissingError, UnsupportedPostgresError } from './unsupported.ts';

/** What a call that certainly wrote nothing is answered with. */
export function asRefusal(error: unknown): Error {
  if (isFinal(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  // 28: wrong user or password; 42501: the role may not do this.
  if (code.startsWith('28') || code === '42501') return new StoreAccessDeniedError(message, { cause: error });
  // An undefined schema, table or function.
  if (['3F000', '42P01', '42883'].includes(code)) return new SchemaMissingError({ cause: error });
  return new StoreUnavailableError(`Postgres: ${message}`, { cause: error });
}

/** Retrying cannot mend it. */
export function isFinal(error: unknown): error is Error {
  return (
    error instanceof StoreAccessDeniedError ||
    error instanceof UnsupportedPostgresError ||
    error instanceof SchemaMissingError
  );
}
