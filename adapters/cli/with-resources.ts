import { type ExitCode } from './exit-code.ts';
import { type Invocation, type Verb } from './verb.ts';
import { type Resources } from './system/connect.ts';

/** A verb that needs the store and the database, and leaves both as it found them. */
export function withResources(
  run: (invocation: Invocation, resources: Resources) => Promise<ExitCode>,
): Verb {
  return async (invocation) => {
    const [{ readSettings }, { connect }, { pino }] = await Promise.all([
      import('../config/index.ts'),
      import('./system/connect.ts'),
      import('pino'),
    ]);
    const settings = readSettings(invocation.env);
    // What happens on the way is of interest only to somebody who looks for a mistake.
    const level =
      settings.logLevel === 'debug' || settings.logLevel === 'trace' ? settings.logLevel : 'silent';
    const resources = await connect(settings, { log: pino({ level }, process.stderr) });
    try {
      return await run(invocation, resources);
    } finally {
      await resources.close();
    }
  };
}
