import { type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './durably.ts';

/** What is needed of an open file; the disk in production. */
export type OpenFile = (
  path: string,
) => Promise<Pick<FileHandle, 'write' | 'datasync' | 'truncate' | 'close'>>;

const onDisk: OpenFile = (path) => open(path, 'wx', 0o600);

/** A file of the spool that is being written. */
export class SpoolWriter {
  readonly path: string;
  readonly #file: Awaited<ReturnType<OpenFile>>;
  #bytes = 0;
  #isBroken = false;

  private constructor(path: string, file: Awaited<ReturnType<OpenFile>>) {
    this.path = path;
    this.#file = file;
  }

  static async create(path: string, openFile: OpenFile = onDisk): Promise<SpoolWriter> {
    const file = await openFile(path);
    await syncFolder(dirname(path));
    return new SpoolWriter(path, file);
  }

  /** Of what is safe on the disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nothing may be added any more: after a failed flush nobody knows what the kernel has kept. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Resolves when all of it is flushed; else the file holds what it held before, as far as that could be seen to. */
  async append(content: Buffer): Promise<void> {
    try {
      let written = 0;
      while (written < content.length) {
        const { bytesWritten } = await this.#file.write(
          content,
          written,
          content.length - written,
          this.#bytes + written,
        );
        written += bytesWritten;
      }
      await this.#file.datasync();
      this.#bytes += content.length;
    } catch (error) {
      this.#isBroken = true;
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
  }

  /** A file that holds nothing is deleted. */
  async close(): Promise<void> {
    await this.#file.close();
    if (this.#bytes === 0) await unlink(this.path).catch(() => undefined);
  }
}
