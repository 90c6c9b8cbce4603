// Runs every test that needs no external server and says which suites were skipped and why.
// `npm test -- --coverage` adds a coverage report; other arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'bayledger-test-'));
const report = join(scratch, 'report.json');

/** Runs a program of the project and says whether it succeeded. */
function step(title, args) {
  console.log(`\n== ${title}`);
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: process.env });
  return result.status === 0;
}

const failedSteps = [];
if (!step('types', ['node_modules/typescript/bin/tsc', '--noEmit'])) failedSteps.push('types');
const eslint = [
  'node_modules/eslint/bin/eslint.js',
  '.',
  '--max-warnings',
  '0',
  '--cache',
  '--cache-location',
  'node_modules/.cache/eslint/',
];
if (!step('lint', eslint)) failedSteps.push('lint');
if (!step('format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']))
  failedSteps.push('format');
const vitest = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile=${report}`,
];
const testsRan = step('tests', [...vitest, ...process.argv.slice(2)]);

let counts = { passed: 0, failed: 0, skipped: 0 };
try {
  counts = summarise(JSON.parse(readFileSync(report, 'utf8')));
} catch (error) {
  console.log(`no test report: ${String(error)}`);
  failedSteps.push('tests');
}
if (!testsRan && counts.failed === 0) failedSteps.push('tests');
rmSync(scratch, { recursive: true, force: true });

for (const name of failedSteps) console.log(`FAILED: ${name}`);
const failed = counts.failed + new Set(failedSteps).size;
console.log(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
process.exit(failed === 0 && testsRan ? 0 : 1);

function summarise(result) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  console.log('\n== suites');
  for (const file of result.testResults) {
    const here = { passed: 0, failed: 0, skipped: 0 };
    const reasons = new Set();
    for (const test of file.assertionResults) {
      if (test.status === 'passed') here.passed += 1;
      else if (test.status === 'failed') here.failed += 1;
      else {
        here.skipped += 1;
        // A skipped suite says why in its title.
        reasons.add(test.ancestorTitles.find((title) => /skipped/i.test(title)) ?? test.title);
      }
    }
    if (file.status === 'failed' && here.failed === 0) here.failed = 1;
    for (const key of Object.keys(totals)) totals[key] += here[key];
    const why = here.skipped > 0 ? ` (${here.skipped} skipped: ${[...reasons].slice(0, 3).join('; ')})` : '';
    console.log(
      `${here.failed > 0 ? 'FAIL' : here.passed > 0 ? 'ran ' : 'skip'} ${relative(root, file.name)}: ${here.passed} passed${here.failed > 0 ? `, ${here.failed} failed` : ''}${why}`,
    );
  }
  return totals;
}
