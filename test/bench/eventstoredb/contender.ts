import { adapterAppends, bareAppends } from './appending.ts';
import { adapterCatchesUp, bareCatchesUp, writeHistory } from './catching-up.ts';

/** One run of one contender in a process of its own: NAME URL [TOKEN]. Prints what it measured. */
const [name = '', url = '', token = ''] = process.argv.slice(2);
const contenders: Readonly<Record<string, () => Promise<number | string>>> = {
  'append: adapter': () => adapterAppends(url),
  'append: client alone': () => bareAppends(url),
  'write history': () => writeHistory(url),
  'catch-up: adapter': () => adapterCatchesUp(url, token),
  'catch-up: client alone': () => bareCatchesUp(url, token),
};
const run = contenders[name];
if (run === undefined) throw new Error(`no such contender: ${name}`);
console.log(JSON.stringify(await run()));
// A subscription of the client alone that was left early keeps the process alive.
process.exit(0);
