import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataFolder, dataFolder } from './program.ts';

const TIMEOUT = 120_000;

describe('import sessions and import transitions', { timeout: TIMEOUT }, () => {
  let folder: DataFolder;
  let tenant: string;
  beforeAll(async () => {
    folder = await dataFolder();
    tenant = String((await folder.ask('tenant', 'create', '--name', 'History'))['tenant_id']);
  });
  afterAll(() => folder.remove(), TIMEOUT);

  function written(name: string, text: string): string {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  }

  const options = (of = tenant): string[] => ['--tenant', of, '--source', 'a file'];
  const pathOf = (name: string): string => join(folder.path, name);

  async function answer(...args: readonly string[]) {
    const { status, stderr, stdout } = await folder.run('import', ...args, '--json');
    if (stdout === '') throw new Error(stderr);
    return { status, report: JSON.parse(stdout) as Record<string, unknown> };
  }

  it('keep what is good and put the rest aside, word for word, with the line and why', async () => {
    const rows = [
      '\uFEFFbay,in,out,"note, if any"',
      'a_1,2021-03-01 08:00:00,2021-03-01 09:00:00,"says ""hello"", twice"',
      'a_1,2021-03-01 08:30:00,2021-03-01 10:00:00,overlaps',
      'a_1,2021-03-01 12:00:00,2021-03-01 11:00:00,ends before it starts',
      'a_1,noon,2021-03-01 11:00:00,"cannot be read"',
      'a_1,2021-03-28 02:30:00,2021-03-28 05:00:00,there is no such hour',
      'a_1,2021-03-01 13:00:00',
      'ä,2021-03-01 13:00:00,2021-03-01 14:00:00,no code',
      'a_2,2021-03-01 13:00:00,2021-03-01 14:00:00,"quote',
      'a_2,2021-03-01 15:00:00,2021-03-01 16:00:00,good',
      'a_2,2121-03-01 15:00:00,2121-03-01 16:00:00,not yet',
      ',2021-03-01 15:00:00,2021-03-01 16:00:00,nowhere',
      '',
    ];
    const file = written('stays.csv', rows.join('\r\n'));
    const columns = ['--columns', 'space=bay,start=in,end=out', '--time-zone', 'Europe/Berlin', '--register'];
    const first = await answer('sessions', file, ...options(), ...columns);
    expect(first).toMatchObject({
      status: 1,
      report: { rows: 11, accepted: 2, rejected: 9, spaces: 2, spaces_registered: 2, facts_told: 4 },
    });
    const rejected = pathOf('stays.rejected.csv');
    expect(first.report['rejected_file']).toBe(rejected);
    const [header, ...aside] = readFileSync(rejected, 'utf8').trim().split('\n');
    expect(header).toBe('rejected_line,rejected_code,rejected_detail,bay,in,out,"note, if any"');
    expect(aside.map((row) => row.split(',').slice(0, 2).join(' '))).toEqual([
      '3 overlap',
      '4 end-before-start',
      '5 unreadable-time',
      '6 nonexistent-time',
      '7 malformed-row',
      '8 bad-space',
      '9 malformed-row',
      '11 in-the-future',
      '12 no-space',
    ]);
    expect(aside[2]).toMatch(/,a_1,noon,2021-03-01 11:00:00,"cannot be read"$/);
    const second = await answer('sessions', file, ...options(), ...columns);
    expect(second).toMatchObject({
      status: 1,
      report: { domain_events_added: 0, facts_known: 4, rejected: 9 },
    });

    // The file of rejects can be corrected and imported as it is.
    const corrected = [header, aside[1]?.replace('12:00:00', '10:30:00')].join('\n');
    const third = await answer('sessions', written('corrected.csv', corrected), ...options(), ...columns);
    expect(third).toMatchObject({ status: 0, report: { rows: 1, rejected: 0, rejected_file: null } });
    const streams = await folder.list('stream', 'list', '--prefix', 'space-');
    const events = await folder.list('stream', 'show', String(streams[0]?.['stream']));
    const observed = events.find(({ type }) => type === 'OccupancyObserved');
    expect(observed).toMatchObject({
      data: { source: 'import' },
      metadata: { actor: { type: 'import', id: 'a file' } },
    });
  });

  it('are wrong use without the columns, and touch nothing', async () => {
    const streams = await folder.list('stream', 'list');
    const missing = await folder.run('import', 'sessions', written('x.csv', 'a,b\n1,2\n'), ...options());
    expect(missing.status).toBe(2);
    expect(missing.stderr).toContain('it has a, b');
    const empty = await folder.run('import', 'transitions', written('empty.csv', ''), ...options());
    expect(empty.status).toBe(2);
    expect(empty.stderr).toContain('is empty');
    const nowhere = await folder.run('import', 'transitions', pathOf('none.csv'), ...options());
    expect(nowhere).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is no file') as string,
    });
    const zone = await folder.run(
      ...['import', 'transitions', pathOf('x.csv'), '--time-zone', 'Nowhere'],
      ...options(),
    );
    expect(zone.status).toBe(2);
    expect(await folder.list('stream', 'list')).toEqual(streams);
  });

  it('know no space of another tenant, and make none unasked or in a dry run', async () => {
    const other = String((await folder.ask('tenant', 'create', '--name', 'Others'))['tenant_id']);
    const [space] = await folder.list('stream', 'list', '--prefix', 'space-');
    const id = String(space?.['stream']).split('-').at(-1) ?? '';
    const rows = ['space,at,value', `${id},2021-06-01T10:00:00Z,Present`, 'B-1,2021-06-01T10:00:00Z,Present'];
    const file = written('seen.csv', rows.join('\n'));
    const unasked = await answer('transitions', file, ...options(other));
    expect(unasked).toMatchObject({ status: 1, report: { rejected: 2, spaces_registered: 0 } });
    expect(unasked.report['mistakes']).toMatchObject([{ code: 'unknown-space' }, { code: 'unknown-space' }]);
    const dry = await answer('transitions', file, ...options(other), '--register', '--dry-run');
    expect(dry).toMatchObject({ report: { rejected: 1, facts_told: 1, domain_events_added: null } });
    expect(await folder.list('stream', 'list', '--prefix', `space-${other.replaceAll('-', '')}`)).toEqual([]);
    const asked = await answer('transitions', file, ...options(other), '--register');
    expect(asked).toMatchObject({ status: 1, report: { rejected: 1, spaces_registered: 1, facts_told: 1 } });
    const words = written('words.csv', 'space,at,value\nB-1,2021-06-01T11:00:00Z,Vanished\n');
    const unknown = await answer('transitions', words, ...options(other));
    expect(unknown.report['mistakes']).toMatchObject([{ line: 2, code: 'unknown-value' }]);
    expect(existsSync(pathOf('words.rejected.csv'))).toBe(true);
  });

  it('that were killed half way go on when they are run again', async () => {
    const begin = Date.parse('2022-01-01T00:00:00Z');
    const rows = Array.from({ length: 40_000 }, (_, index) => {
      const bay = index % 400;
      const at = new Date(begin + Math.floor(index / 400) * 600_000 + bay * 500).toISOString();
      return `K-${bay},${at},${Math.floor(index / 400) % 2 === 0 ? 'Present' : 'Unoccupied'}`;
    });
    const file = written('many.csv', ['space,at,value', ...rows].join('\n'));
    const args = ['transitions', file, ...options(), '--register'];
    const killed = folder.start('import', ...args);
    await killed.says(/\d+\/40000 facts/);
    await killed.stop('SIGKILL');
    const again = await answer(...args);
    expect(again).toMatchObject({ status: 0, report: { rows: 40_000, rejected: 0, spaces: 400 } });
    const { facts_known: known, facts_told: told } = again.report;
    expect(known).toBeGreaterThan(0);
    expect(told).toBeGreaterThan(0);
    expect(Number(known) + Number(told)).toBe(40_000);
    const third = await answer(...args);
    expect(third.report).toMatchObject({ facts_told: 0, facts_known: 40_000, domain_events_added: 0 });
  });
});
