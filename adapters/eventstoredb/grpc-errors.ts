import {
  AppendTooLargeError,
  StoreAccessDeniedError,
  StoreUnavailableError,
  StreamDeletedError,
} from '../../application/ports/event-store/errors.ts';
import { MAX_APPEND_BYTES } from '../../application/ports/event-store/event-store.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';

/** The numbers of gRPC, by which errors are told apart: their classes differ with the way they came (pitfall b11). */
export const code = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export function codeOf(error: unknown): number | undefined {
  const value = (error as { readonly code?: unknown } | null)?.code;
  return typeof value === 'number' ? value : undefined;
}

/** The server's name for what went wrong, in the trailing metadata. */
export function exceptionOf(error: unknown): string | undefined {
  const { metadata } = error as { readonly metadata?: { get(key: string): readonly (string | Buffer)[] } };
  const value = metadata?.get('exception')[0];
  return value?.toString();
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The call never left this machine, so that nothing can have been written. */
export function neverSent(error: unknown): boolean {
  return (
    codeOf(error) === code.unavailable &&
    /No connection established|ECONNREFUSED|Name resolution failed|ENOTFOUND/.test(messageOf(error))
  );
}

/** "Consumer too slow": so common for live subscriptions that it is no sign of trouble. */
export function isTooSlow(error: unknown): boolean {
  return codeOf(error) === code.aborted;
}

const hopeless: ReadonlySet<number | undefined> = new Set<number>([
  code.invalidArgument,
  code.permissionDenied,
  code.unimplemented,
  code.unauthenticated,
]);

/** Trying again cannot mend it (pitfall b25). */
export function isHopeless(error: unknown): boolean {
  return (
    hopeless.has(codeOf(error)) || ['stream-deleted', 'access-denied'].includes(exceptionOf(error) ?? '')
  );
}

/** The port's error for a read that failed. */
export function readError(error: unknown, stream: StreamName | null): unknown {
  const found = codeOf(error);
  if (found === undefined) return error;
  if (exceptionOf(error) === 'stream-deleted' && stream !== null) return new StreamDeletedError(stream);
  if (found === code.permissionDenied || found === code.unauthenticated) {
    return new StoreAccessDeniedError(`the event store refuses access: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return new StoreUnavailableError(`the event store could not be read: ${messageOf(error)}`, {
    cause: error,
  });
}

export function tooLarge(bytes: number, limit: number | undefined): AppendTooLargeError {
  return new AppendTooLargeError(bytes, limit ?? MAX_APPEND_BYTES);
}
