import { type Logger } from 'pino';
import { type Metrics } from '../../telemetry/index.ts';
import { Loop } from './loop.ts';

/** Makes a loop of the background: named, counted and logged where it fails, ended with the others. */
export type MakeLoop = (name: string, everyMs: number, round: () => Promise<unknown>) => Loop;

export function backgroundLoops(log: Logger, metrics: Metrics, signal: AbortSignal): MakeLoop {
  return (name, everyMs, round) => {
    const onFailure = (error: unknown, retryInMs: number): void => {
      metrics.loopFailures.inc({ loop: name });
      log.warn(
        { err: error, loop: name, retry_in_ms: retryInMs },
        'background work failed and is tried again',
      );
    };
    return new Loop({ name, signal, everyMs, onFailure }, round);
  };
}
