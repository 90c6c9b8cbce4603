import { type RejectedRow } from '../../../application/history-import/fact.ts';
import { type CsvRow } from './csv-rows.ts';
import { type SpaceName, spaceNameOf } from './named-spaces.ts';
import { type FileRow, type ReadRow, type RowReading } from './read-row.ts';

export interface BayRows<R> {
  readonly space: SpaceName;
  readonly rows: readonly R[];
}

/** What a file says, by bay. Of each row only its facts are kept: the file may be longer than the memory. */
export interface Bays<R> {
  readonly rows: number;
  readonly bays: ReadonlyMap<string, BayRows<R>>;
  readonly rejected: readonly RejectedRow[];
}

interface Gathered<R> {
  readonly space: SpaceName;
  readonly rows: R[];
  /** Another name that would be the same code. */
  other: string | null;
}

export async function groupByBay<R extends { readonly line: number }>(
  records: AsyncIterable<CsvRow>,
  reading: RowReading & { readonly width: number },
  read: (row: FileRow, reading: RowReading) => ReadRow<R>,
): Promise<Bays<R>> {
  const gathered = new Map<string, Gathered<R>>();
  const rejected: RejectedRow[] = [];
  let rows = 0;
  for await (const record of records) {
    rows += 1;
    const refusal = gather(gathered, record, reading, read);
    if (refusal !== null) rejected.push({ line: record.line, ...refusal });
  }
  for (const [key, { other, rows: ofBay, space }] of gathered) {
    if (other === null) continue;
    const [one, another] = [space.kind === 'code' ? space.name : key, other].sort();
    const detail = `${one ?? ''} and ${another ?? ''} would both have the code ${key}`;
    rejected.push(...ofBay.map(({ line }) => ({ line, code: 'ambiguous-space', detail })));
    gathered.delete(key);
  }
  return { rows, bays: gathered, rejected };
}

function gather<R>(
  gathered: Map<string, Gathered<R>>,
  record: CsvRow,
  reading: RowReading & { readonly width: number },
  read: (row: FileRow, reading: RowReading) => ReadRow<R>,
): { readonly code: string; readonly detail: string } | null {
  if (!record.ok) return { code: 'malformed-row', detail: record.detail };
  const { length } = record.fields;
  if (length !== reading.width)
    return { code: 'malformed-row', detail: `${length} fields where the header has ${reading.width}` };
  const result = read(record, reading);
  if (!result.ok) return { code: result.code, detail: result.detail };
  const space = spaceNameOf(result.space);
  if (space === null)
    return { code: 'bad-space', detail: 'a code is at most 32 letters and digits with single hyphens' };
  const bay = gathered.get(space.key) ?? { space, rows: [], other: null };
  gathered.set(space.key, bay);
  if (space.kind === 'code' && bay.space.kind === 'code' && !isSameName(space.name, bay.space.name))
    bay.other = space.name;
  bay.rows.push(result.row);
  return null;
}

function isSameName(a: string, b: string): boolean {
  return a === b || a.toUpperCase() === b.toUpperCase();
}
