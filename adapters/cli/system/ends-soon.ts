import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Work that is asked to end by its signal, given so long to do it. What does not end must not keep everything else from
 * being closed: its connections are cut by that.
 */
export async function endsSoonAfter(
  work: Promise<void>,
  signal: AbortSignal,
  graceMs: number,
): Promise<'ended' | 'left behind'> {
  const ended = work.then(() => 'ended' as const);
  const asked = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const over = new AbortController();
  const late = asked
    .then(() => sleep(graceMs, 'left behind' as const, { signal: over.signal }))
    .catch(() => 'left behind' as const);
  return Promise.race([ended, late]).finally(() => over.abort());
}
