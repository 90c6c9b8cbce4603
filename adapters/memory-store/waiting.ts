import { setTimeout as wait } from 'node:timers/promises';
import { OutcomeUnknownError } from '../../application/ports/event-store/errors.ts';

/** How a store waits. Injectable, so that a simulation with its own clock need not wait at all. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

export const realSleep: Sleep = async (ms, signal) => {
  await wait(ms, undefined, signal === undefined ? {} : { signal });
};

/** The answer, or the end of the caller's patience: after `timeoutMs` the outcome is unknown. */
export async function answerWithin<T>(
  answer: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      finish();
      reject(new OutcomeUnknownError(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const onAbort = (): void => {
      finish();
      reject(signal?.reason as Error);
    };
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    answer.then(resolve, reject).finally(finish);
  });
}
