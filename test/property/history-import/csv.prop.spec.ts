import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRow, csvRecords } from '../../../adapters/cli/history-import/csv-rows.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);

/** Whatever a field can hold; a CR alone in quotes comes back as LF. */
const field = fc
  .array(fc.constantFrom('a', 'B', '7', ' ', ',', '"', '\n', 'é', '\u2028', ';', '\t', '🚗'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function write(text: string, always: boolean): string {
  return always || /[",\n\r]/.test(text) || text.trim() === '' ? quoted(text) : text;
}

async function read(chunks: readonly string[]): Promise<readonly CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRecords(chunks)) rows.push(row);
  return rows;
}

/** Cut at the places that are given, as a file is read. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...at, text.length].map((to, index) => text.slice(at[index - 1] ?? 0, to));
}

describe('records of a CSV file', () => {
  it('come back as they were written, however lines end and pieces are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 8 }),
        async (rows, always, mark, end, isClosed, places) => {
          const text = rows.map((row) => row.map((one) => write(one, always)).join(',')).join(end);
          const file = `${mark ? '\uFEFF' : ''}${text}${isClosed ? end : ''}`;
          const found = await read(cut(file, places));
          expect(found.map((row) => (row.ok ? row.fields : row))).toEqual(rows);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('that are none cost their own lines only, and no line is ever lost', async () => {
    const anything = fc
      .array(fc.constantFrom('a', ',', '"', '\n', '\r\n', 'x,y\n', '"q",z\n'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(anything, fc.array(fc.nat(), { maxLength: 5 }), async (text, places) => {
        const rows = await read(cut(text, places));
        const lines = text.split(/\r\n|\n/).filter((line) => line.trim() !== '');
        const kept = rows.flatMap(({ raw }) => raw.split('\n')).filter((line) => line.trim() !== '');
        expect(kept).toEqual(lines);
      }),
      { numRuns: RUNS },
    );
  });

  it('after a quote that somebody forgot are read all the same', async () => {
    const rows = await read(['a,b\n1,"open\n2,3\n4,"5"\n6,7\n']);
    expect(rows.map(({ ok, line }) => `${line} ${ok}`)).toEqual([
      '1 true',
      '2 false',
      '3 true',
      '4 true',
      '5 true',
    ]);
  });

  it('end somewhere: a file of one endless line is none', async () => {
    const endless = Array.from({ length: 20 }, () => 'x'.repeat(60_000));
    await expect(read(endless)).rejects.toMatchObject({ code: 'not-csv' });
  });
});
