// Runs the benchmarks: `npm run bench` for all, `npm run bench -- NAME …` for some, `-- --list` for their names.
// Peers that are measured beside the product are installed on first use in test/bench/peers.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const here = join(root, 'test/bench');

function benchmarks(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return benchmarks(path);
    return entry.name.endsWith('.bench.ts') ? [path] : [];
  });
}

const all = benchmarks(here).sort();
const nameOf = (path) => basename(path, '.bench.ts');
const wanted = process.argv.slice(2);
if (wanted.includes('--list')) {
  for (const path of all) console.log(nameOf(path));
  process.exit(0);
}
const unknown = wanted.filter((name) => !all.some((path) => nameOf(path) === name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')} (there are: ${all.map(nameOf).join(', ')})`);
  process.exit(2);
}
const peers = join(here, 'peers');
if (existsSync(join(peers, 'package.json')) && !existsSync(join(peers, 'node_modules'))) {
  console.log('installing the peers …');
  spawnSync('npm', ['ci', '--prefix', peers, '--no-audit', '--no-fund'], { cwd: peers, stdio: 'inherit' });
}
let failed = 0;
for (const path of all.filter((one) => wanted.length === 0 || wanted.includes(nameOf(one)))) {
  console.log(`\n== ${nameOf(path)}`);
  const result = spawnSync(process.execPath, ['--import', 'tsx', path], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
