import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { Failure } from '../failure.ts';

/** A record of a CSV file (RFC 4180). */
export type CsvRow = { readonly line: number; readonly raw: string } & (
  { readonly ok: true; readonly fields: readonly string[] } | { readonly ok: false; readonly detail: string }
);

interface Line {
  readonly line: number;
  readonly text: string;
}

/** A field in quotes may hold line ends; a quote that somebody forgot must not take the rest of the file with it. */
const LINES_PER_RECORD = 100;
const LONGEST_LINE = 1_000_000;

/**
 * The records of a file one after the other; empty lines are passed over. A record that is none costs its first line only:
 * reading goes on with the next one.
 */
export async function* csvRows(file: string): AsyncGenerator<CsvRow> {
  yield* csvRecords(createReadStream(file, { encoding: 'utf8' }));
}

/** The same of text in pieces, cut anywhere. */
export async function* csvRecords(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<CsvRow> {
  const lines = linesOf(chunks);
  const ahead: Line[] = [];
  const peek = async (index: number): Promise<Line | undefined> => {
    while (ahead.length <= index) {
      const next = await lines.next();
      if (next.done === true) return undefined;
      ahead.push(next.value);
    }
    return ahead[index];
  };
  for (let first = await peek(0); first !== undefined; first = await peek(0)) {
    const { row, taken } = await recordAt(first, peek);
    ahead.splice(0, taken);
    if (row !== null) yield row;
  }
}

async function recordAt(
  { line, text }: Line,
  peek: (index: number) => Promise<Line | undefined>,
): Promise<{ readonly row: CsvRow | null; readonly taken: number }> {
  if (text.trim() === '') return { row: null, taken: 1 };
  // Nearly all lines: nothing in them means anything but the commas.
  if (!text.includes('"')) return { row: { ok: true, line, raw: text, fields: text.split(',') }, taken: 1 };
  let raw = text;
  let quotes = quotesIn(text);
  for (let taken = 1; ; taken += 1) {
    const attempt: Attempt = quotes % 2 === 1 ? NOT_CLOSED : readRecord(raw);
    if (attempt.ok) return { row: { ok: true, line, raw, fields: attempt.fields }, taken };
    const next = attempt.isOpen && taken < LINES_PER_RECORD ? await peek(taken) : undefined;
    if (next === undefined) return { row: { ok: false, line, raw: text, detail: attempt.detail }, taken: 1 };
    raw += `\n${next.text}`;
    quotes += quotesIn(next.text);
  }
}

function quotesIn(text: string): number {
  return text.split('"').length - 1;
}

type Attempt =
  | { readonly ok: true; readonly fields: readonly string[] }
  | { readonly ok: false; readonly isOpen: boolean; readonly detail: string };

const NOT_CLOSED: Attempt = { ok: false, isOpen: true, detail: 'a quote is never closed' };

function readRecord(text: string): Attempt {
  try {
    const [fields, ...others] = parse(text, { relax_column_count: true, record_delimiter: ['\u0000\n'] });
    if (fields !== undefined && others.length === 0) return { ok: true, fields };
    return { ok: false, isOpen: false, detail: 'not one record' };
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
    if (code === 'CSV_QUOTE_NOT_CLOSED') return NOT_CLOSED;
    return { ok: false, isOpen: false, detail: 'a quote where none can be' };
  }
}

/** Ends are LF, CRLF or CR; a byte order mark belongs to no line. */
async function* linesOf(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Line> {
  let rest = '';
  let line = 0;
  let isFirst = true;
  for await (const chunk of chunks) {
    if (chunk === '') continue;
    rest += isFirst ? chunk.replace(/^\uFEFF/, '') : chunk;
    isFirst = false;
    // The LF of a CRLF may be in the next piece.
    const held = rest.endsWith('\r') ? '\r' : '';
    const texts = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = (texts.pop() ?? '') + held;
    for (const text of texts) yield { line: (line += 1), text };
    if (rest.length > LONGEST_LINE)
      throw new Failure('not-csv', `line ${line + 1} is longer than ${LONGEST_LINE} characters`);
  }
  const last = rest.replace(/\r$/, '');
  if (last !== '') yield { line: line + 1, text: last };
}
