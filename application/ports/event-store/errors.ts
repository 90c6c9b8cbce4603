import { type ExpectedRevision } from './event-store.ts';
import { type StreamName } from './stream-name.ts';

/** The stream is not where the caller thought: nothing of this append was written. Read, decide again. */
export class WrongExpectedRevisionError extends Error {
  readonly code = 'wrong-expected-revision';
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly actual: number | 'no_stream';
  constructor(stream: StreamName, expected: ExpectedRevision, actual: number | 'no_stream') {
    super(`${stream}: expected revision ${expected}, found ${actual}`);
    this.name = 'WrongExpectedRevisionError';
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/**
 * The append may or may not have been written. The only safe continuation is the same append again: same bytes,
 * same ids, same expectation (and never while this one is still in flight).
 */
export class OutcomeUnknownError extends Error {
  readonly code = 'outcome-unknown';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OutcomeUnknownError';
  }
}

/** The store cannot be reached or refuses for now, and it is certain that nothing was written. */
export class StoreUnavailableError extends Error {
  readonly code = 'store-unavailable';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}

/** The append is larger than {@link MAX_APPEND_BYTES}, or than the server allows. Nothing was written. */
export class AppendTooLargeError extends Error {
  readonly code = 'append-too-large';
  constructor(bytes: number, limit: number) {
    super(`an append of ${bytes} bytes is over the limit of ${limit}`);
    this.name = 'AppendTooLargeError';
  }
}

/** The event cannot be stored in any store: no canonical form, malformed id, empty type. A mistake of the program. */
export class InvalidEventError extends Error {
  readonly code = 'invalid-event';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'InvalidEventError';
  }
}

/** The stream was deleted by somebody with access to the server. This program never deletes. */
export class StreamDeletedError extends Error {
  readonly code = 'stream-deleted';
  constructor(stream: StreamName) {
    super(`${stream} has been deleted in the store`);
    this.name = 'StreamDeletedError';
  }
}

/** The store refuses these credentials: retrying cannot help. */
export class StoreAccessDeniedError extends Error {
  readonly code = 'store-access-denied';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreAccessDeniedError';
  }
}
