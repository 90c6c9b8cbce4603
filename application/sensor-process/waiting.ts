/** Ends early, without an error, when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}

const MAX_PAUSE_MS = 2_000;

/** For the tables: while their database is away nothing can be decided about any device, so there is nothing else to do. */
export async function untilAnswered<T>(
  task: () => Promise<T>,
  signal: AbortSignal,
  onRetry: (error: unknown) => void,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await task();
    } catch (error) {
      if (signal.aborted) throw error;
      onRetry(error);
      await pause(Math.min(MAX_PAUSE_MS, 20 * 2 ** Math.min(attempt, 10)), signal);
    }
  }
}
