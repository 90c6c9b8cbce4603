import { type FileStay } from '../../../application/history-import/stays.ts';
import { type FileTransition } from '../../../application/history-import/transitions.ts';
import { type Instant, secondsBetween } from '../../../domain/time/instant.ts';
import { type LocalClock } from '../../../domain/utilization/local-clock.ts';
import { type Columns } from './columns.ts';
import { readTime } from './read-time.ts';

export interface RowReading {
  readonly columns: Columns;
  readonly clock: LocalClock | null;
  /** Nothing later than this can have been seen. */
  readonly latest: Instant;
}

export type ReadRow<R> =
  | { readonly ok: true; readonly space: string; readonly row: R }
  | { readonly ok: false; readonly code: string; readonly detail: string };

export interface FileRow {
  readonly line: number;
  readonly fields: readonly string[];
}

export function readStay(row: FileRow, reading: RowReading): ReadRow<FileStay> {
  const { index } = reading.columns;
  const space = readSpace(row, reading);
  if (!space.ok) return space;
  const start = readSeen(row.fields[index.start] ?? '', 'start', reading);
  if (!start.ok) return start;
  const endText = (row.fields[index.end] ?? '').trim();
  if (endText === '')
    return { ok: true, space: space.text, row: { line: row.line, start: start.at, end: null } };
  const end = readSeen(endText, 'end', reading);
  if (!end.ok) return end;
  if (end.at <= start.at) return refused('end-before-start', 'the stay does not end after it began');
  return { ok: true, space: space.text, row: { line: row.line, start: start.at, end: end.at } };
}

export function readTransition(row: FileRow, reading: RowReading): ReadRow<FileTransition> {
  const { index, words } = reading.columns;
  const space = readSpace(row, reading);
  if (!space.ok) return space;
  const at = readSeen(row.fields[index.at] ?? '', 'time', reading);
  if (!at.ok) return at;
  const word = (row.fields[index.value] ?? '').trim();
  const isWord = (one: string): boolean => one === word.toLowerCase();
  const value = words.occupied.some(isWord) ? 'OCCUPIED' : words.vacant.some(isWord) ? 'VACANT' : null;
  if (value === null) {
    const known = [...words.occupied, ...words.vacant].join(', ');
    return refused('unknown-value', `${JSON.stringify(word.slice(0, 60))} is none of: ${known}`);
  }
  const previous = (index.previous === -1 ? '' : (row.fields[index.previous] ?? '')).trim();
  if (previous === '')
    return { ok: true, space: space.text, row: { line: row.line, at: at.at, value, uncertaintyS: 0 } };
  const before = readTime(previous, reading.clock);
  if (!before.ok) return refused(before.code, `previous: ${before.detail}`);
  if (before.at > at.at)
    return refused('previous-after-change', 'the observation before is later than this one');
  const uncertaintyS = Math.ceil(secondsBetween(before.at, at.at));
  return { ok: true, space: space.text, row: { line: row.line, at: at.at, value, uncertaintyS } };
}

function readSpace({ fields }: FileRow, { columns }: RowReading) {
  const text = (fields[columns.index.space] ?? '').trim();
  return text === '' ? refused('no-space', 'the row names no space') : ({ ok: true, text } as const);
}

function readSeen(text: string, name: string, { clock, latest }: RowReading) {
  const reading = readTime(text, clock);
  if (!reading.ok) return refused(reading.code, `${name}: ${reading.detail}`);
  return reading.at > latest ? refused('in-the-future', `${name}: nobody can have seen that yet`) : reading;
}

function refused(code: string, detail: string) {
  return { ok: false, code, detail } as const;
}
