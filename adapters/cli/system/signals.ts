import { type Logger } from 'pino';

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once. */
export function untilAskedToStop(onFirst: (signal: NodeJS.Signals) => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const take = (signal: NodeJS.Signals): void => {
      // 128 + the signal's number, as shells count.
      if (asked) process.exit(signal === 'SIGINT' ? 130 : 143);
      asked = true;
      onFirst(signal);
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, take);
    // The terminal is gone: nobody can ask any more.
    process.once('SIGHUP', () => take('SIGTERM'));
  });
}

/** A mistake that nobody caught may have left anything half done: say so, and let whoever watches start us anew. */
export function watchProcess(log: Logger): void {
  // Deprecations of libraries are for the log, not for whoever looks at the terminal.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.debug({ err: warning }, 'a warning of the runtime'));
  const die = (origin: string) => (error: unknown) => {
    log.fatal({ err: error, origin }, 'an error that nobody caught: the process ends');
    process.exit(1);
  };
  process.on('unhandledRejection', die('unhandledRejection'));
  process.on('uncaughtException', die('uncaughtException'));
}
