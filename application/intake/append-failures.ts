import {
  AppendTooLargeError,
  InvalidEventError,
  OutcomeUnknownError,
  StoreUnavailableError,
  StreamDeletedError,
  WrongExpectedRevisionError,
} from '../ports/event-store/errors.ts';

/** Trying again may help. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof OutcomeUnknownError ||
    error instanceof StoreUnavailableError ||
    error instanceof WrongExpectedRevisionError
  );
}

/** About these events in this stream: no store takes them, today or tomorrow. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof InvalidEventError ||
    error instanceof AppendTooLargeError ||
    error instanceof StreamDeletedError
  );
}
