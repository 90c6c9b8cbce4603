import { resolve } from 'node:path';
import { readSettings } from '../../config/index.ts';
import { type Verb } from '../verb.ts';

const DEFAULT_SPACES = 60;
const DEFAULT_RATE = 60;

export const demo: Verb = async (invocation) => {
  const { answers, env, output } = invocation;
  const spaces = answers.number('spaces', 8, 480) ?? DEFAULT_SPACES;
  const rate = answers.number('rate', 1, 6_000) ?? DEFAULT_RATE;
  const settings = readSettings(env);
  output.note(
    `Demo City starts: a Postgres, the API and simulated sensors, all on this machine; data lie in ${resolve(settings.dataDir)}, and nothing leaves it.`,
  );
  // Loaded only now: what starts is to be told at once.
  const { runDemo } = await import('../demo/run-demo.ts');
  return runDemo(invocation, { settings, spaces, rate });
};
