import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type FileCheck } from '../../application/ports/frame-archive.ts';

/** Lines are handed on in pieces of this size: one by one they would cost more than the compression. */
const PIECE = 256 * 1024;

export type Measured = Omit<FileCheck, 'damage'>;

/** Writes lines into a gzip file that is on disk when this resolves. */
export async function writeCompressed(path: string, lines: AsyncIterable<string>): Promise<Measured> {
  const plain = new Digest();
  const compressed = new Digest();
  let count = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    let piece: string[] = [];
    let size = 0;
    for await (const line of lines) {
      piece.push(line, '\n');
      size += line.length + 1;
      count += 1;
      if (size < PIECE) continue;
      yield plain.add(Buffer.from(piece.join('')));
      piece = [];
      size = 0;
    }
    if (size > 0) yield plain.add(Buffer.from(piece.join('')));
  };
  await pipeline(Readable.from(counted()), createGzip(), tap(compressed), createWriteStream(path));
  await syncFile(path);
  return measured(plain, compressed, count);
}

/** Reads a gzip file to its end. */
export async function checkCompressed(content: AsyncIterable<Uint8Array>): Promise<FileCheck> {
  const plain = new Digest();
  const compressed = new Digest();
  let count = 0;
  let damage: string | null = null;
  // Hashed even where it cannot be unpacked: so much of it as there is.
  const source = Readable.from(content).pipe(tap(compressed));
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked) {
      const bytes = plain.add(chunk as Buffer);
      for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
    }
  } catch (error) {
    if (!isGzipError(error)) throw error;
    damage = error.message;
    for await (const chunk of source) void chunk;
  }
  return { ...measured(plain, compressed, count), damage };
}

export async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const source = Readable.from(content);
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of unpacked) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

class Digest {
  readonly #hash = createHash('sha256');
  bytes = 0;

  add(chunk: Buffer): Buffer {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    return chunk;
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}

function tap(digest: Digest): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, digest.add(chunk));
    },
  });
}

function measured(plain: Digest, compressed: Digest, lines: number): Measured {
  return {
    sha256: plain.hex(),
    bytes: plain.bytes,
    compressedSha256: compressed.hex(),
    compressedBytes: compressed.bytes,
    lines,
  };
}

function isGzipError(error: unknown): error is Error {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && code.startsWith('Z_');
}
