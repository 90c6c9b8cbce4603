import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, root, sourceFolders } from './cruise.ts';
import { impurities } from './impurities.ts';

/** Kinds of files, not concepts of the field. */
const NO_CONCEPTS = /(^|\/)(utils?|helpers?|types?|services?|common|misc)(\/|\.ts$)/;
const MAX_LINES = 400;

const sources = sourceFolders.flatMap((folder) => filesOf(root, folder));
const all = [...sources, ...filesOf(root, 'docs'), ...filesOf(root, 'test')].filter(
  (file) => !file.includes('/node_modules/') && !file.startsWith('test/bench/peers/'),
);

describe('the tree', () => {
  it('is named after concepts of the field', () => {
    expect(all.filter((file) => NO_CONCEPTS.test(file))).toEqual([]);
    expect(
      ['domain/utils/x.ts', 'domain/space/helpers.ts', 'application/services/a.ts'].map(isKindOfFile),
    ).toEqual([true, true, true]);
    expect(['domain/space/event-types.ts', 'adapters/lorawan/device-types.ts'].map(isKindOfFile)).toEqual([
      false,
      false,
    ]);
  });

  it(`has no file above ${MAX_LINES} lines`, () => {
    const tooLong = all.filter((file) => linesOf(file) > MAX_LINES);
    expect(tooLong).toEqual([]);
  });

  it('has small files: the middle one has at most 80 lines', () => {
    const sizes = sources.map(linesOf).sort((a, b) => a - b);
    expect(sizes.length).toBeGreaterThan(90);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(80);
  });
});

describe('the domain', () => {
  const domain = filesOf(root, 'domain');

  it('reads no clock, rolls no dice, and knows no process', () => {
    expect(domain.length).toBeGreaterThan(30);
    const impure = domain.flatMap((file) => impurities(textOf(file)).map((name) => `${file}: ${name}`));
    expect(impure).toEqual([]);
  });

  it('would be caught if it did', () => {
    const source = `
      // Date.now() in a comment, "new Date()" in a string: nothing.
      const data = { process: 'Math.random()', process_id: state.process, at: new Date(0), now: command.now };
      const a = Date.now();
      const b = new Date();
      const c = Math.random() + performance.now();
      const d = process.env['X'] ?? { process };
      const e = globalThis.crypto;
    `;
    expect(impurities(source)).toEqual([
      'Date.now',
      'Date()',
      'Math.random',
      'performance',
      'process',
      'process',
      'globalThis',
    ]);
  });
});

function isKindOfFile(file: string): boolean {
  return NO_CONCEPTS.test(file);
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function linesOf(file: string): number {
  return textOf(file).split('\n').length - 1;
}
