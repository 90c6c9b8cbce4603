import { type z } from 'zod';
import {
  addSeconds,
  epochMs,
  type Instant,
  instantOf,
  secondsBetween,
} from '../../../domain/time/instant.ts';
import { invalid } from '../problems/problem.ts';
import { freshnessQuery, instantInput } from './wire.ts';

/** A query window is half-open: from ≤ t < to. */
export const windowQuery = freshnessQuery.extend({
  from: instantInput.optional(),
  to: instantInput.optional(),
});
type Asked = Pick<z.infer<typeof windowQuery>, 'from' | 'to'>;

export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The window asked for, of the default's length where one end is missing; bounded, so that one question cannot read
 * everything (rule V5).
 */
export function requireWindow({ from, to }: Asked, fallback: Window, maxS: number): Window {
  const lengthMs = epochMs(fallback.to) - epochMs(fallback.from);
  const window = {
    from: from ?? (to === undefined ? fallback.from : instantOf(epochMs(to) - lengthMs)),
    to: to ?? (from === undefined ? fallback.to : instantOf(epochMs(from) + lengthMs)),
  };
  if (window.from >= window.to) throw invalid('query/to', 'invalid-range', '`from` must be before `to`');
  if (secondsBetween(window.from, window.to) > maxS) {
    throw invalid(
      'query/to',
      'range-too-long',
      `at most ${maxS} seconds, until ${addSeconds(window.from, maxS)}`,
    );
  }
  return window;
}
