import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger } from 'pino';
import { type RunningSystem } from './start-system.ts';

/** Stops a system in the time that it is given; false when something was still under way then. */
export async function drain(system: RunningSystem, timeoutMs: number, log: Logger): Promise<boolean> {
  const began = performance.now();
  const giveUp = new AbortController();
  const late = sleep(timeoutMs, 'late' as const, { signal: giveUp.signal, ref: false }).catch(
    () => 'late' as const,
  );
  const outcome = await Promise.race([system.stop().then(() => 'stopped' as const), late]);
  giveUp.abort();
  const ms = Math.round(performance.now() - began);
  if (outcome === 'stopped') log.info({ ms }, 'stopped');
  else log.error({ ms }, 'not everything had ended in time; what was acknowledged is safe');
  return outcome === 'stopped';
}
