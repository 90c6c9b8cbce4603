import { type Rejection } from '../../../domain/event/rejection.ts';
import { problemCatalogue, type ProblemCode } from './catalogue.ts';

/** One mistake in a request: where (a JSON pointer, or `query/…`, `header/…`), a code, a sentence. */
export interface Mistake {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface ProblemDetails {
  readonly detail?: string;
  readonly errors?: readonly Mistake[];
  readonly retryAfterS?: number;
  /** Members that help (`conflicts`, `alternatives` …). Never personal data. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Thrown anywhere in a route; the server's error handler writes it as RFC 9457. */
export class ProblemError extends Error {
  readonly problem: ProblemCode;
  readonly details: ProblemDetails;

  constructor(problem: ProblemCode, details: ProblemDetails = {}) {
    super(details.detail ?? problemCatalogue[problem].title);
    this.name = 'ProblemError';
    this.problem = problem;
    this.details = details;
  }
}

/**
 * The same body for what never was, for another tenant's and for what is no id at all (rule Q1). A pointer says which
 * reference of a request is meant.
 */
export function notFound(pointer?: string): ProblemError {
  if (pointer === undefined) return new ProblemError('not-found');
  const errors = [{ pointer, code: 'not-found', message: 'there is no such thing' }];
  return new ProblemError('not-found', { errors });
}

export function invalid(pointer: string, code: string, message: string): ProblemError {
  return new ProblemError('validation-failed', { errors: [{ pointer, code, message }] });
}

/** A refusal by the domain, as the problem of the same code. */
export function refused(rejection: Rejection): ProblemError {
  if (rejection.code === 'not-found') return notFound();
  return new ProblemError(rejection.code, {
    detail: rejection.detail,
    ...(rejection.facts === undefined ? {} : { facts: rejection.facts }),
  });
}

/** The problem document (RFC 9457). */
export function problemDocument(problem: ProblemCode, details: ProblemDetails, requestId: string) {
  const kind = problemCatalogue[problem];
  return {
    ...details.facts,
    type: `/docs/errors/${problem}`,
    title: kind.title,
    status: kind.status,
    code: problem,
    ...(details.detail === undefined ? {} : { detail: details.detail }),
    ...(details.errors === undefined ? {} : { errors: details.errors }),
    ...(details.retryAfterS === undefined ? {} : { retry_after_s: details.retryAfterS }),
    request_id: requestId,
  };
}
