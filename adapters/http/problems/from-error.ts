import { BusyError, UnreadableStreamError } from '../../../application/commands/errors.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { SubjectErasedError } from '../../../application/ports/personal-data-vault.ts';
import { InvalidCursorError } from '../../../projections/reading/page.ts';
import { invalid, ProblemError } from './problem.ts';

/** What any thrown thing means to a client. Null: a mistake of ours, to be logged and answered as 500. */
export function problemFrom(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (error instanceof BusyError) return new ProblemError('busy', { retryAfterS: 1 });
  if (error instanceof OutcomeUnknownError) return new ProblemError('outcome-unknown', { retryAfterS: 5 });
  if (error instanceof StoreUnavailableError) return new ProblemError('unavailable', { retryAfterS: 2 });
  if (error instanceof SubjectErasedError) return new ProblemError('subject-erased');
  if (error instanceof UnreadableStreamError) return null;
  if (error instanceof InvalidCursorError) return invalid('query/cursor', 'invalid-cursor', error.message);
  return fromCode(error);
}

/** Errors of Fastify, Node and Postgres are told apart by their codes. */
function fromCode(error: unknown): ProblemError | null {
  const code = codeOf(error);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProblemError('payload-too-large');
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new ProblemError('timeout');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError('uri-too-long');
    case 'FST_ERR_BAD_URL':
      return invalid('path', 'invalid-path', 'the path is not well-formed');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError('unsupported-media-type');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError('validation-failed', {
        errors: [{ pointer: '', code: 'invalid-json', message: 'the body is not JSON' }],
      });
    default:
      return isDatabaseAway(code) ? new ProblemError('unavailable', { retryAfterS: 2 }) : null;
  }
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const direct = (error as { code?: unknown }).code;
  if (typeof direct === 'string') return direct;
  // slonik wraps the driver's error.
  const cause = (error as { cause?: unknown; originalError?: unknown }).cause;
  return typeof cause === 'object' && cause !== null ? codeOf(cause) : '';
}

/** Connection refused or lost (Node), class 08 and 57P (Postgres), or slonik's own words for it. */
function isDatabaseAway(code: string): boolean {
  return /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|08\w{3}|57P\d\d)$/.test(code);
}
