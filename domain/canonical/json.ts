/**
 * Canonical JSON: RFC 8785 (JCS) restricted to what events may hold: strings, booleans, null, safe integers,
 * arrays and objects. Floats are forbidden because two languages print them differently; a hash over an event
 * must be recomputable from what any store returns.
 *
 * [F] This is storage format. Changing it means that hashes of old events no longer match.
 */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Thrown when a value has no canonical form: the path (a JSON pointer) says where, the message says why. */
export class NotCanonicalError extends Error {
  readonly path: string;
  readonly why: string;
  constructor(path: string, why: string) {
    super(`${path === '' ? 'the value' : path}: ${why}`);
    this.name = 'NotCanonicalError';
    this.path = path;
    this.why = why;
  }
}

/**
 * The canonical text of a value: keys sorted by UTF-16 code units, no white space, `undefined` properties left out.
 * Throws {@link NotCanonicalError} for floats, unsafe integers, negative zero, lone surrogates, bigint, functions, cycles
 * (as too deep) and keys that look like integers (JavaScript would reorder them).
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

const MAX_DEPTH = 64;
const INTEGER_LIKE = /^(0|[1-9][0-9]*)$/;

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
        throw new NotCanonicalError('', `${String(value)} is not a safe integer`);
      }
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (depth > MAX_DEPTH) throw new NotCanonicalError('', 'nested too deeply');
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth);
    default:
      throw new NotCanonicalError('', `a ${typeof value} has no JSON form`);
  }
}

/** Printable ASCII without `"` and `\`: most strings are that, and then they stand for themselves. */
const PLAIN = /^[ !#-[\]-~]*$/;

function writeString(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new NotCanonicalError('', 'holds a lone surrogate');
  return JSON.stringify(value);
}

function writeArray(values: readonly unknown[], depth: number): string {
  let text = '[';
  for (let i = 0; i < values.length; i += 1) {
    if (i > 0) text += ',';
    text += writeAt(i, values[i], depth + 1);
  }
  return `${text}]`;
}

function writeObject(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonicalError('', 'is not a plain object');
  }
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member === undefined) continue;
    if (text.length > 1) text += ',';
    text += writeKey(key) + writeAt(key, member, depth + 1);
  }
  return `${text}}`;
}

/** The path of a mistake is put together on the way out: what has none should not pay for it. */
function writeAt(place: string | number, value: unknown, depth: number): string {
  try {
    return write(value, depth);
  } catch (error) {
    if (!(error instanceof NotCanonicalError)) throw error;
    throw new NotCanonicalError(`/${place}${error.path}`, error.why);
  }
}

/** Keys repeat from event to event: what they look like is kept, for so many of them. */
const writtenKeys = new Map<string, string>();
const MOST_KEYS = 2_000;

function writeKey(key: string): string {
  const known = writtenKeys.get(key);
  if (known !== undefined) return known;
  if (INTEGER_LIKE.test(key)) throw new NotCanonicalError(`/${key}`, 'a key may not look like an integer');
  if (!key.isWellFormed()) throw new NotCanonicalError('', 'holds a lone surrogate');
  const written = `${JSON.stringify(key)}:`;
  if (writtenKeys.size < MOST_KEYS) writtenKeys.set(key, written);
  return written;
}
