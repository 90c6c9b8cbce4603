import { rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type SpooledAppend } from '../../application/ports/frame-spool.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { hasCode, makeFolder, writeNew } from './durably.ts';
import { cutTorn, emptySpoolFile, readSpoolFile, type SpoolFile, type SpoolRecord } from './spool-file.ts';

/** Something was found that is no whole record, or that no store takes. It is kept in the folder `aside`. */
export interface SpoolDamage {
  readonly kind: 'torn' | 'damaged' | 'unreadable' | 'refused';
  readonly file: string;
  readonly bytes: number;
  readonly reason?: unknown;
}

interface Reading {
  readonly file: SpoolFile;
  readonly records: SpoolRecord[];
  readonly isDamaged: boolean;
}

/** Files that nobody writes any more, in the order in which they are drained. One file at a time is in memory. */
export class DrainQueue {
  readonly #aside: string;
  readonly #onDamage: (damage: SpoolDamage) => void;
  readonly #files: SpoolFile[] = [];
  #reading: Reading | null = null;

  constructor(aside: string, onDamage: (damage: SpoolDamage) => void) {
    this.#aside = aside;
    this.#onDamage = onDamage;
  }

  add(...files: readonly SpoolFile[]): void {
    this.#files.push(...files);
  }

  get frames(): number {
    return this.#files.reduce((sum, { frames }) => sum + frames, 0);
  }

  get bytes(): number {
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get isEmpty(): boolean {
    return this.#files.length === 0;
  }

  get oldest(): readonly ReadonlyMap<string, Instant>[] {
    return this.#files.map(({ oldest }) => oldest);
  }

  holdsAnyOf(folder: string): boolean {
    return this.#files.some(({ path }) => dirname(path) === folder);
  }

  async first(): Promise<SpooledAppend | null> {
    for (;;) {
      const [file] = this.#files;
      if (file === undefined) return null;
      this.#reading ??= await this.#open(file);
      const [record] = this.#reading.records;
      if (record === undefined) await this.#finish(this.#reading);
      else if (record.append !== null) return record.append;
      else await this.setAside(null);
    }
  }

  /** The first one is in the store. */
  async takeOff(): Promise<void> {
    if (this.#reading === null) return;
    const record = this.#reading.records.shift();
    this.#reading.file.frames -= record?.append?.events.length ?? 0;
    if (this.#reading.records.length === 0) await this.#finish(this.#reading);
  }

  /** The first one is what no store takes, or (null) what nobody can read. */
  async setAside(reason: unknown): Promise<void> {
    const [record] = this.#reading?.records ?? [];
    if (this.#reading === null || record === undefined) return;
    await makeFolder(this.#aside);
    await writeNew(join(this.#aside, 'refused.spool'), record.bytes, 'a');
    this.#onDamage({
      kind: record.append === null ? 'unreadable' : 'refused',
      file: this.#reading.file.path,
      bytes: record.bytes.length,
      reason,
    });
    await this.takeOff();
  }

  async #open(file: SpoolFile): Promise<Reading> {
    const content = await readSpoolFile(file.path).catch((error: unknown) => {
      // Removed by hand: what was in it cannot be drained.
      if (!hasCode(error, 'ENOENT')) throw error;
      return { file: emptySpoolFile(file.path), records: [], damagedBytes: 0, tornBytes: null };
    });
    const { damagedBytes, records, tornBytes } = content;
    if (tornBytes !== null) {
      await cutTorn(content, this.#aside, nameAside(file.path));
      this.#onDamage({ kind: 'torn', file: file.path, bytes: tornBytes.length });
      file.bytes = content.file.bytes;
    }
    if (damagedBytes > 0) this.#onDamage({ kind: 'damaged', file: file.path, bytes: damagedBytes });
    return { file, records: [...records], isDamaged: damagedBytes > 0 };
  }

  /** A damaged file is not deleted: somebody may find in it what was lost. */
  async #finish({ file, isDamaged }: Reading): Promise<void> {
    if (isDamaged) {
      await makeFolder(this.#aside);
      await rename(file.path, join(this.#aside, nameAside(file.path)));
    } else {
      await unlink(file.path).catch((error: unknown) => {
        if (!hasCode(error, 'ENOENT')) throw error;
      });
    }
    this.#files.shift();
    this.#reading = null;
  }
}

/** Files of all folders lie there side by side. */
function nameAside(path: string): string {
  return `${basename(dirname(path))}.${basename(path)}`;
}
