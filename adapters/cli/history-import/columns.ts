import { WrongUse } from '../failure.ts';

export type HistoryKind = 'sessions' | 'transitions';

/** Where a file keeps what is needed, and which of its words mean what. */
export interface Columns {
  /** Index of the field in a row; -1 where the file has none. */
  readonly index: Readonly<Record<Field, number>>;
  readonly words: ValueWords;
}

export interface ValueWords {
  readonly occupied: readonly string[];
  readonly vacant: readonly string[];
}

type Field = 'space' | 'start' | 'end' | 'at' | 'value' | 'previous';

const fieldsOf: Readonly<Record<HistoryKind, { required: readonly Field[]; optional: readonly Field[] }>> = {
  sessions: { required: ['space', 'start', 'end'], optional: [] },
  transitions: { required: ['space', 'at', 'value'], optional: ['previous'] },
};

/** Headers of published files, the likelier first. A bay of Melbourne is its marker: some share a `bay_id`. */
const headersOf: Readonly<Record<Field, readonly string[]>> = {
  space: ['space', 'space_id', 'space_code', 'spaceID', 'bay_marker_id', 'KerbsideID', 'bay_id', 'bay'],
  start: ['start', 'start_time', 'arrival_utc', 'arrival', 'arrivalTime', 'connectionTime'],
  end: ['end', 'end_time', 'departure_utc', 'departure', 'departureTime', 'disconnectTime'],
  at: ['at', 'detected_ts_utc', 'Status_Timestamp', 'timestamp', 'time'],
  value: ['value', 'status', 'Status_Description', 'occupancy', 'state'],
  previous: ['previous', 'previous_observation_ts_utc'],
};

const USUAL_WORDS: ValueWords = {
  occupied: ['occupied', 'present', 'taken', 'parked', 'true', 'yes', '1'],
  vacant: ['vacant', 'unoccupied', 'free', 'empty', 'absent', 'false', 'no', '0'],
};

/** What was typed after `--columns`: `space=spaceID,start=connectionTime`, words as `occupied=Present|Parked`. */
export type ColumnMapping = ReadonlyMap<string, string>;

/** Throws WrongUse for what is no mapping, with the names that can be mapped. */
export function parseColumns(kind: HistoryKind, text: string | undefined): ColumnMapping {
  const mapping = new Map<string, string>();
  if (text === undefined || text.trim() === '') return mapping;
  const { required, optional } = fieldsOf[kind];
  const names = [...required, ...optional, ...(kind === 'transitions' ? ['occupied', 'vacant'] : [])];
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const [name, target] = [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()];
    if (at < 1 || target === '')
      throw new WrongUse(`--columns ${part}: expected <name>=<column>; names are ${names.join(', ')}`);
    if (!names.includes(name))
      throw new WrongUse(`--columns: ${name} is none of the names: ${names.join(', ')}`);
    if (mapping.has(name)) throw new WrongUse(`--columns: ${name} is given twice`);
    mapping.set(name, target);
  }
  return mapping;
}

/** Finds the columns in the header of a file. Throws WrongUse where one is missing, with those that exist. */
export function resolveColumns(
  kind: HistoryKind,
  mapping: ColumnMapping,
  header: readonly string[],
): Columns {
  const { required, optional } = fieldsOf[kind];
  const names = header.map((name) => name.trim());
  const index = { space: -1, start: -1, end: -1, at: -1, value: -1, previous: -1 };
  for (const field of [...required, ...optional]) {
    const wanted = mapping.get(field);
    const found = wanted === undefined ? recognised(names, field) : columnOf(names, wanted);
    if (found === -1 && (wanted !== undefined || required.includes(field)))
      throw new WrongUse(
        `the file has no column ${wanted ?? `for ${field}`}; it has ${names.map(shown).join(', ')}. ` +
          `Say which with --columns ${field}=<column>`,
      );
    index[field] = found;
  }
  return { index, words: wordsOf(mapping) };
}

function recognised(names: readonly string[], field: Field): number {
  for (const header of headersOf[field]) {
    const found = columnOf(names, header);
    if (found !== -1) return found;
  }
  return -1;
}

/** As it is written, else in whatever case. */
function columnOf(names: readonly string[], wanted: string): number {
  const exact = indexOfOnly(names, wanted);
  if (exact !== -1) return exact;
  return indexOfOnly(
    names.map((name) => name.toLowerCase()),
    wanted.toLowerCase(),
  );
}

function indexOfOnly(names: readonly string[], wanted: string): number {
  const found = names.indexOf(wanted);
  if (found !== names.lastIndexOf(wanted))
    throw new WrongUse(`the file has several columns ${wanted}: which one is meant cannot be said`);
  return found;
}

function shown(name: string): string {
  return name === '' ? '(empty)' : name.slice(0, 60);
}

/** Words that are given take the place of the usual ones, and lose the meaning that they usually have. */
function wordsOf(mapping: ColumnMapping): ValueWords {
  const given = (name: keyof ValueWords): readonly string[] | undefined =>
    mapping
      .get(name)
      ?.split('|')
      .map((word) => word.trim().toLowerCase());
  const [occupied, vacant] = [given('occupied'), given('vacant')];
  const both = occupied?.find((word) => vacant?.includes(word));
  if (both !== undefined) throw new WrongUse(`--columns: ${both} cannot mean both occupied and vacant`);
  return {
    occupied: occupied ?? USUAL_WORDS.occupied.filter((word) => !vacant?.includes(word)),
    vacant: vacant ?? USUAL_WORDS.vacant.filter((word) => !occupied?.includes(word)),
  };
}
