import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ArchivedFileMissingError,
  type ArchivedFile,
  type FileCheck,
  type FrameArchive,
} from '../../application/ports/frame-archive.ts';
import { checkCompressed, linesOf, syncFile, writeCompressed } from './compressed-file.ts';
import { type FileTarget } from './file-target.ts';

/** A file that nobody has finished for so long belongs to a process that died. */
const ABANDONED_MS = 2 * 86_400_000;

/** Files are made whole on local disk first, wherever they go: what is sent has a length and a hash before it is sent. */
export class CompressedFrameArchive implements FrameArchive {
  readonly #target: FileTarget;
  readonly #workshop: string;

  /** `workshop`: a folder for files in the making, best on the disk that the target is on. */
  constructor(target: FileTarget, workshop: string) {
    this.#target = target;
    this.#workshop = workshop;
  }

  async storeLines(
    lines: AsyncIterable<string>,
    nameOf: (compressedSha256: string) => string,
  ): Promise<ArchivedFile> {
    return this.#made(async (path) => {
      const { bytes, compressedBytes, compressedSha256, sha256 } = await writeCompressed(path, lines);
      const file = nameOf(compressedSha256);
      await this.#target.put(file, path, { bytes: compressedBytes, sha256: compressedSha256 });
      return { file, sha256, bytes, compressedSha256, compressedBytes };
    });
  }

  async storeText(text: string, nameOf: (sha256: string) => string): Promise<string> {
    const content = Buffer.from(text);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return this.#made(async (path) => {
      await writeFile(path, content);
      await syncFile(path);
      await this.#target.put(nameOf(sha256), path, { bytes: content.length, sha256 });
      return sha256;
    });
  }

  async readText(name: string): Promise<{ readonly text: string; readonly sha256: string } | null> {
    const content = await this.#target.get(name);
    if (content === null) return null;
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    const whole = Buffer.concat(pieces);
    return { text: whole.toString('utf8'), sha256: createHash('sha256').update(whole).digest('hex') };
  }

  async check(file: string): Promise<FileCheck | null> {
    const content = await this.#target.get(file);
    return content === null ? null : checkCompressed(content);
  }

  async *readLines(file: string): AsyncGenerator<string, void, undefined> {
    const content = await this.#target.get(file);
    if (content === null) throw new ArchivedFileMissingError(file);
    yield* linesOf(content);
  }

  /** Takes away what processes that died left in the making. */
  async tidy(nowMs: number): Promise<void> {
    for (const name of await readdir(this.#workshop).catch(() => [])) {
      const path = join(this.#workshop, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && nowMs - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    }
  }

  async #made<T>(make: (path: string) => Promise<T>): Promise<T> {
    await mkdir(this.#workshop, { recursive: true });
    const path = join(this.#workshop, `${randomUUID()}.part`);
    try {
      return await make(path);
    } finally {
      await rm(path, { force: true });
    }
  }
}
