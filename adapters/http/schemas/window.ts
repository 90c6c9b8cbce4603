import { z } from 'zod';
import { type Instant, secondsBetween } from '../../../domain/time/instant.ts';
import { invalid, ProblemError } from '../problems/problem.ts';
import { freshnessQuery, instantInput } from './wire.ts';

/** A query window is half-open: from ≤ t < to. */
export const windowQuery = freshnessQuery.extend({
  from: instantInput.optional(),
  to: instantInput.optional(),
});

export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/** The window asked for, completed with the default; bounded, so that one question cannot read everything (rule V5). */
export function requireWindow(
  asked: { readonly from?: Instant | undefined; readonly to?: Instant | undefined },
  fallback: Window,
  maxS: number,
): Window {
  const from = asked.from ?? (asked.to !== undefined && asked.to <= fallback.from ? null : fallback.from);
  if (from === null)
    throw invalid('query/from', 'required', '`to` lies before the default of `from`: give both');
  const to = asked.to ?? (asked.from === undefined ? fallback.to : endAfter(asked.from, fallback));
  if (from >= to) throw invalid('query/to', 'invalid-range', '`from` must be before `to`');
  if (secondsBetween(from, to) > maxS) {
    throw new ProblemError('validation-failed', {
      errors: [{ pointer: 'query/to', code: 'range-too-long', message: `at most ${maxS} seconds` }],
    });
  }
  return { from, to };
}

/** As long as the default window. */
function endAfter(from: Instant, fallback: Window): Instant {
  return new Date(
    Date.parse(from) + Date.parse(fallback.to) - Date.parse(fallback.from),
  ).toISOString() as Instant;
}

/** `attribute=ev:true`, repeated for several. */
export const attributesQuery = {
  attributes: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('`name:value`; repeated or separated by commas, all must match'),
};

export function attributesOf(
  text: string | readonly string[] | undefined,
): Readonly<Record<string, string>> | undefined {
  if (text === undefined) return undefined;
  const pairs = (typeof text === 'string' ? text.split(',') : text).map((pair) =>
    /^([a-z][a-z0-9_]*):(.*)$/.exec(pair),
  );
  if (pairs.some((pair) => pair === null)) {
    throw invalid('query/attributes', 'invalid-format', 'expected name:value, such as ev:true');
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
