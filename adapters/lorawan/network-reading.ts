/** A checked body as an answer to whoever sent it. */
import { type z } from 'zod';
import {
  type NetworkMessage,
  type NetworkMessageError,
  type NetworkReading,
} from '../../application/ports/network-message.ts';

export function accepted(message: NetworkMessage): NetworkReading {
  return { ok: true, message };
}

export function rejected(error: z.ZodError, body: unknown): NetworkReading {
  const errors = error.issues.map((issue) => errorOf(issue, body));
  return { ok: false, rejection: { code: 'validation-failed', errors } };
}

function errorOf(issue: z.core.$ZodIssue, body: unknown): NetworkMessageError {
  const pointer = issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return { pointer: pointer.join(''), code: codeOf(issue, body), message: issue.message };
}

function codeOf(issue: z.core.$ZodIssue, body: unknown): string {
  if (issue.code === 'invalid_type') return isMissing(body, issue.path) ? 'required' : 'invalid-type';
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'out-of-range';
  return 'invalid-format';
}

function isMissing(body: unknown, path: readonly PropertyKey[]): boolean {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
  return found === undefined || found === null;
}
