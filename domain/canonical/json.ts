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

/** Thrown when a value has no canonical form: the path says where, the message says why. */
export class NotCanonicalError extends Error {
  readonly path: string;
  constructor(path: string, why: string) {
    super(`${path === '' ? 'the value' : path}: ${why}`);
    this.name = 'NotCanonicalError';
    this.path = path;
  }
}

/**
 * The canonical text of a value: keys sorted by UTF-16 code units, no white space, `undefined` properties left out.
 * Throws {@link NotCanonicalError} for floats, unsafe integers, negative zero, lone surrogates, bigint, functions, cycles
 * (as too deep) and keys that look like integers (JavaScript would reorder them).
 */
export function canonicalJson(value: unknown): string {
  return write(value, '', 0);
}

const MAX_DEPTH = 64;
const INTEGER_LIKE = /^(0|[1-9][0-9]*)$/;

function write(value: unknown, path: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value, path);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
        throw new NotCanonicalError(path, `${String(value)} is not a safe integer`);
      }
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (depth > MAX_DEPTH) throw new NotCanonicalError(path, 'nested too deeply');
      return Array.isArray(value) ? writeArray(value, path, depth) : writeObject(value, path, depth);
    default:
      throw new NotCanonicalError(path, `a ${typeof value} has no JSON form`);
  }
}

function writeString(value: string, path: string): string {
  if (!value.isWellFormed()) throw new NotCanonicalError(path, 'holds a lone surrogate');
  return JSON.stringify(value);
}

function writeArray(values: readonly unknown[], path: string, depth: number): string {
  let text = '[';
  for (let i = 0; i < values.length; i += 1) {
    if (i > 0) text += ',';
    text += write(values[i], `${path}/${i}`, depth + 1);
  }
  return `${text}]`;
}

function writeObject(value: object, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonicalError(path, 'is not a plain object');
  }
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member === undefined) continue;
    if (INTEGER_LIKE.test(key))
      throw new NotCanonicalError(`${path}/${key}`, 'a key may not look like an integer');
    if (text.length > 1) text += ',';
    text += `${writeString(key, path)}:${write(member, `${path}/${key}`, depth + 1)}`;
  }
  return `${text}}`;
}
