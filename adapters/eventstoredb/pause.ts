/** Waits, or less when the signal aborts. Never rejects: what follows looks at the signal itself. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Between two tries: doubling, with a random part so that many clients do not come back at the same instant. */
export function backoff(attempt: number, firstMs: number, mostMs: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 20));
  return Math.round(full * (0.5 + Math.random() / 2));
}
