import { gzipSync, brotliCompressSync, deflateSync } from 'node:zlib';
import { type Message } from './field-mutations.ts';

export interface SpoiltRequest {
  readonly name: string;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The one answer that is right; without it, a 4xx or a kept frame. */
  readonly expected?: { readonly status: number; readonly code: string };
}

const KiB = 1_024;
const refused = (status: number, code: string) => ({ expected: { status, code } });
const invalid = refused(400, 'validation-failed');

/** What is wrong with the body as such, whatever the message. `fresh` makes it anew, with an id of its own. */
export function* spoiltRequests(fresh: () => Message): Iterable<SpoiltRequest> {
  const request = (name: string, body: string | Buffer, more: Partial<SpoiltRequest> = {}): SpoiltRequest => {
    return { name, body: typeof body === 'string' ? Buffer.from(body) : body, ...more };
  };
  const json = (): string => JSON.stringify(fresh());
  const open = (): string => `${json().slice(0, -1)},`;
  yield request('empty', '', invalid);
  yield request('cut short', json().slice(0, -2), invalid);
  yield request('followed by something', `${json()}{}`, invalid);
  yield request('a text', '"x"', invalid);
  yield request('a list', `[${json()}]`, invalid);
  yield request('null', 'null', invalid);
  yield request('with comments', `/* */${json()}`, invalid);
  yield request('with a byte order mark', `\ufeff${json()}`);
  yield request('with a NUL', `\0${json()}`, invalid);
  for (const [key, value] of Object.entries(fresh())) {
    const again = JSON.stringify(value);
    yield request(`${key} twice`, `${open()}${JSON.stringify(key)}:${again}}`);
    yield request(`${key} twice, empty at last`, `${open()}${JSON.stringify(key)}:null}`);
  }
  yield request('with a prototype', `${open()}"__proto__":{"x":1},"constructor":{"prototype":{}}}`);
  yield request('of invalid UTF-8', withBytes(open(), Buffer.from([0xff, 0xfe, 0x80])), invalid);
  yield request('of an overlong form', withBytes(open(), Buffer.from([0xc0, 0xaf])), invalid);
  yield request('in Latin-1', withBytes(open(), Buffer.from([0xe9])), invalid);
  yield request('in UTF-16', Buffer.from(json(), 'utf16le'), invalid);
  for (const depth of [100, 5_000, 30_000]) {
    yield request(`nested ${depth} lists deep`, `${open()}"x":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  }
  yield request('nested objects', `${open()}"tags":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`);
  yield request('nothing but opened lists', '['.repeat(60_000), invalid);
  for (const type of [
    'text/plain',
    'application/xml',
    'application/x-protobuf',
    'application/octet-stream',
    'x',
  ]) {
    yield request(`as ${type}`, json(), {
      headers: { 'content-type': type },
      ...refused(415, 'unsupported-media-type'),
    });
  }
  yield request('as JSON of another charset', json(), {
    headers: { 'content-type': 'application/json; charset=utf-16' },
  });
  const packed = { gzip: gzipSync(json()), deflate: deflateSync(json()), br: brotliCompressSync(json()) };
  for (const [encoding, bytes] of Object.entries(packed)) {
    const headers = { 'content-encoding': encoding };
    yield request(`packed with ${encoding}`, bytes, { headers, ...refused(415, 'unsupported-media-type') });
    yield request(`said to be packed with ${encoding}`, json(), {
      headers,
      ...refused(415, 'unsupported-media-type'),
    });
    yield request(`packed with ${encoding}, and not said so`, bytes, invalid);
  }
  yield request('of 64 KiB', padded(open(), 64 * KiB));
  yield request(
    'of a byte more than 64 KiB',
    padded(open(), 64 * KiB + 1),
    refused(413, 'payload-too-large'),
  );
  yield request('of a mebibyte', padded(open(), KiB * KiB), refused(413, 'payload-too-large'));
}

/** Inside a string, where any text may stand. */
function withBytes(opened: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${opened}"x":"`), bytes, Buffer.from('"}')]);
}

function padded(opened: string, bytes: number): string {
  const begun = `${opened}"x":"`;
  return `${begun}${'y'.repeat(bytes - Buffer.byteLength(begun) - 2)}"}`;
}
