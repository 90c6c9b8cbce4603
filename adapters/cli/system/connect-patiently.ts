import { setTimeout as sleep } from 'node:timers/promises';
import { type Settings } from '../../config/index.ts';
import { asFailure } from '../failure.ts';
import { connect, type ConnectOptions, type Resources } from './connect.ts';

/** What passes by itself: a server that is not up yet, or a name that is not known yet. */
const PASSING: ReadonlySet<string> = new Set(['unreachable', 'store-unavailable']);
const LONGEST_PAUSE_MS = 5_000;

/** Connects, and goes on trying while a server does not answer: machines do not start in the order that one likes. */
export async function connectPatiently(
  settings: Settings,
  options: ConnectOptions & { readonly signal?: AbortSignal },
): Promise<Resources> {
  for (let pauseMs = 250; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await connect(settings, options);
    } catch (error) {
      if (!isPassing(error) || options.signal?.aborted === true) throw error;
      options.log.warn({ err: error, retry_in_ms: pauseMs }, 'not connected yet');
      await sleep(pauseMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  }
}

function isPassing(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  // Postgres says so itself while it starts or recovers.
  return PASSING.has(asFailure(error).code) || code === '57P03';
}
