import { describe, expect, it } from 'vitest';
import { Output } from '../../../adapters/cli/output.ts';
import { buildProgram } from '../../../adapters/cli/program.ts';
import { type VerbDeclaration } from '../../../adapters/cli/verb.ts';
import { groups, verbs } from '../../../adapters/cli/verb-table.ts';

describe('the table of verbs', () => {
  it.each(verbs)('$name: its examples are lines that one can type', async (verb) => {
    for (const example of verb.examples) {
      const seen: string[] = [];
      const stubs = verbs.map((one): VerbDeclaration => ({
        ...one,
        load: () => Promise.resolve(() => Promise.resolve(0 as const).finally(() => seen.push(one.name))),
      }));
      const program = buildProgram(new Output(true), () => undefined, stubs);
      await program.parseAsync(['node', ...wordsOf(example)]);
      expect(seen).toEqual([verb.name]);
    }
  });

  it.each(verbs)('$name: there is code behind it', async (verb) => {
    expect(await verb.load()).toBeTypeOf('function');
  });

  it('has groups for all of them, and no group without', () => {
    const used = verbs.map(({ name }) => name.split(' ')).filter((words) => words.length > 1);
    expect(new Set(used.map(([group]) => group))).toEqual(new Set(groups.map(([name]) => name)));
  });

  it('lets nothing delete from the event store', () => {
    expect(verbs.filter(({ name }) => /delete|truncate|purge|erase|remove/.test(name))).toEqual([]);
  });
});

/** As a shell splits a line that has no more than double quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}
