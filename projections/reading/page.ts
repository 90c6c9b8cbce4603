import { sql } from 'slonik';

/** A piece of SQL with its values. */
export type SqlFragment = ReturnType<typeof sql.fragment>;

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null: that was the last page. */
  readonly nextCursor: string | null;
}

/** A cursor that no page of this list has given. */
export class InvalidCursorError extends Error {
  readonly code = 'invalid-cursor';
  constructor() {
    super('not a cursor of this list');
    this.name = 'InvalidCursorError';
  }
}

/** Opaque to clients: the sort key of the last item. */
export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

export function decodeCursor(cursor: string, length: number): readonly string[] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new InvalidCursorError();
  }
  const isKey = Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string');
  if (!isKey) throw new InvalidCursorError();
  return key as readonly string[];
}

/** A column of the sort key and the type that a cursor's text is read as. */
export interface SortColumn {
  readonly column: SqlFragment;
  readonly type: 'uuid' | 'text' | 'timestamptz';
}

const casts = {
  uuid: sql.fragment`::uuid`,
  text: sql.fragment`::text`,
  timestamptz: sql.fragment`::timestamptz`,
};

/** The rows behind the cursor: never an offset, so that pages neither repeat nor lose rows while rows come and go. */
export function behind(key: readonly SortColumn[], request: PageRequest): SqlFragment {
  if (request.cursor === undefined) return sql.fragment`TRUE`;
  const values = decodeCursor(request.cursor, key.length);
  const types = key.map(({ type }) => type);
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const isWrong = (value: string, index: number): boolean =>
    (types[index] === 'uuid' && !UUID.test(value)) ||
    (types[index] === 'timestamptz' && Number.isNaN(Date.parse(value)));
  if (values.some(isWrong)) throw new InvalidCursorError();
  const columns = sql.join(
    key.map(({ column }) => column),
    sql.fragment`, `,
  );
  const bounds = sql.join(
    values.map((value, index) => sql.fragment`${value}${casts[types[index] ?? 'text']}`),
    sql.fragment`, `,
  );
  return request.order === 'desc'
    ? sql.fragment`(${columns}) < (${bounds})`
    : sql.fragment`(${columns}) > (${bounds})`;
}

/** The same for what comes from elsewhere and is merged into a list: is this key behind the cursor? */
export function keyIsBehind(key: readonly string[], { cursor, order }: PageRequest): boolean {
  if (cursor === undefined) return true;
  const bound = decodeCursor(cursor, key.length);
  const index = key.findIndex((part, i) => part !== bound[i]);
  if (index === -1) return false;
  const isGreater = (key[index] ?? '') > (bound[index] ?? '');
  return order === 'desc' ? !isGreater : isGreater;
}

export function sorted(key: readonly SortColumn[], request: PageRequest): SqlFragment {
  const direction = request.order === 'desc' ? sql.fragment` DESC` : sql.fragment` ASC`;
  const columns = key.map(({ column }) => sql.fragment`${column}${direction}`);
  return sql.fragment`${sql.join(columns, sql.fragment`, `)}`;
}

/** A page out of one row more than was asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(toItem), nextCursor };
}

export function all(conditions: readonly SqlFragment[]): SqlFragment {
  if (conditions.length === 0) return sql.fragment`TRUE`;
  return sql.fragment`${sql.join(conditions, sql.fragment` AND `)}`;
}
