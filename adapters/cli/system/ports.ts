/** Another program listens there. */
export function isPortTaken(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'EADDRINUSE';
}

/** Tries one port after the other while they are taken; 0 is always free. */
export async function onFreePort<T>(
  ports: readonly number[],
  listen: (port: number) => Promise<T>,
): Promise<T> {
  let taken: unknown;
  for (const port of ports) {
    try {
      return await listen(port);
    } catch (error) {
      if (!isPortTaken(error)) throw error;
      taken = error;
    }
  }
  throw taken;
}
