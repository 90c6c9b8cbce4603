/** Every field of a message, spoilt in every way: generated from whatever message is given. */

export type Message = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

export interface SpoiltMessage {
  readonly name: string;
  /** Not necessarily JSON. */
  readonly text: string;
  /** The time that the network server gives may be gone, so that the time of receipt may count instead. */
  readonly mayBeNow: boolean;
}

/** Stands for text that `JSON.stringify` would never write. */
const LITERAL = '@@literal:';
const LITERALS = new RegExp(`"${LITERAL}([^"]*)"`, 'g');

const WRONG_TYPES: readonly unknown[] = [7, true, 'x', [], {}, [[1]], { deep: { er: 1 } }, -1, 1.5];
const HUGE: readonly unknown[] = [
  'x'.repeat(30_000),
  `${LITERAL}1e300`,
  `${LITERAL}123456789012345678901234567890`,
  Array.from({ length: 3_000 }, (_, i) => i),
  Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, i])),
  4_294_967_296,
];
const NOT_A_NUMBER: readonly unknown[] = ['NaN', `${LITERAL}NaN`, `${LITERAL}1e999`, `${LITERAL}-Infinity`];
const NO_TEXT: readonly unknown[] = [`${LITERAL}"\\ud800"`, '\u0000', '!not base64!', 'AQ', '￿\u202e'];

const FAR_PAST = '2001-01-01T00:00:00Z';
const FAR_TIMES: readonly unknown[] = [
  '9999-12-31T23:59:59.999999999Z',
  '2100-01-01T00:00:00+00:00',
  '1970-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00',
  1_700_000_000,
];

/** `turn` goes round the lists, so that many messages together have each value at each field. */
export function* spoiltFields(message: Message, turn: number): Iterable<SpoiltMessage> {
  let round = turn;
  const next = (values: readonly unknown[]): unknown => values[(round += 1) % values.length];
  for (const path of pathsOf(message)) {
    const value = valueAt(message, path);
    const isTime = touchesTimes(path, value);
    const name = (how: string): string => `/${path.join('/')} ${how}`;
    const spoilt = (how: string, wrong: unknown, mayBeNow = isTime): SpoiltMessage => {
      return { name: name(how), text: textOf(changed(message, path, wrong)), mayBeNow };
    };
    yield { name: name('removed'), text: textOf(changed(message, path)), mayBeNow: isTime };
    yield spoilt('null', null);
    yield spoilt('emptied', emptied(value));
    yield spoilt('of another type', next(WRONG_TYPES.filter((wrong) => kindOf(wrong) !== kindOf(value))));
    yield spoilt('huge', next(HUGE));
    yield spoilt('not a number', next(NOT_A_NUMBER));
    if (typeof value === 'string') yield spoilt('no text', next(NO_TEXT));
    if (typeof value !== 'string' || Number.isNaN(Date.parse(value)) || !isTime) continue;
    // Whatever else the message says, it is old news.
    yield spoilt('in the far past', FAR_PAST, false);
    for (const far of FAR_TIMES) yield spoilt(`is ${String(far)}`, far);
  }
}

/** Fields that say when something happened, and what holds such fields. */
function touchesTimes(path: Path, value: unknown): boolean {
  const isNamedSo = /(^|[a-z_])(time|at)$/i.test(String(path.at(-1)));
  if (typeof value !== 'object' || value === null) return isNamedSo;
  return [...pathsOf(value)].some((inner) => touchesTimes(inner, valueAt(value, inner)));
}

function* pathsOf(value: unknown, above: Path = []): Iterable<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const path = [...above, Array.isArray(value) ? Number(key) : key];
    yield path;
    yield* pathsOf(member, path);
  }
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => Reflect.get(inner as object, key) as unknown, value);
}

/** A copy; without a value the field is gone. */
function changed(message: Message, path: Path, ...value: readonly [unknown?]): unknown {
  const copy = structuredClone(message) as unknown;
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  if (value.length === 1) parent[last] = value[0];
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
  return copy;
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (typeof value === 'object') return {};
  return typeof value === 'string' ? '' : 0;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

function textOf(message: unknown): string {
  return JSON.stringify(message)
    .replace(/"@@literal:\\"(.*?)\\""/g, (_all, inner: string) => `"${inner.replaceAll('\\\\', '\\')}"`)
    .replace(LITERALS, '$1');
}
