import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FrameSpool,
  type SpooledAppend,
  SpoolFullError,
  type SpoolStatus,
} from '../../application/ports/frame-spool.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { DrainQueue, type SpoolDamage } from './drain-queue.ts';
import { hasCode, makeFolder } from './durably.ts';
import { OwnedFolder, type ProcessNames } from './owner.ts';
import { encodeRecord } from './record.ts';
import {
  countIn,
  emptySpoolFile,
  readSpoolFile,
  type SpoolFile,
  spoolFileName,
  spoolFilesOf,
} from './spool-file.ts';
import { type OpenFile, SpoolWriter } from './spool-writer.ts';
import { encodeAppend } from './spooled-append.ts';

export interface DiskSpoolOptions {
  /** `DATA_DIR/spool`: shared by the processes of a DATA_DIR. */
  readonly root: string;
  readonly maxBytes: number;
  readonly names: ProcessNames;
  readonly fileBytes?: number;
  readonly openFile?: OpenFile;
  readonly on?: Partial<DiskSpoolSigns>;
}

export interface DiskSpoolSigns {
  damaged(damage: SpoolDamage): void;
  adopted(folder: string, frames: number): void;
  /** This process was taken for dead and its folder taken over; it goes on in a new one. */
  takenOver(folder: string): void;
}

interface Waiting {
  readonly append: SpooledAppend;
  readonly record: Buffer;
  settle(error: Error | null): void;
}

interface Active {
  readonly writer: SpoolWriter;
  readonly file: SpoolFile;
}

const FILE_BYTES = 4 * 1_048_576;
export const ASIDE = 'aside';

/** The spool of one process. [F] docs/decisions/0020-disk-spool.md */
export class DiskSpool implements FrameSpool {
  readonly #options: DiskSpoolOptions;
  readonly #aside: string;
  readonly #queue: DrainQueue;
  readonly #fileBytes: number;
  #folder: OwnedFolder;
  #adopted: OwnedFolder[] = [];
  readonly #coveredFolders = new Set<string>();
  #active: Active | null = null;
  #nextNumber = 1;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #busy: Promise<unknown> = Promise.resolve();
  #othersBytes = 0;
  #isFull = false;

  private constructor(options: DiskSpoolOptions, folder: OwnedFolder) {
    this.#options = options;
    this.#folder = folder;
    this.#aside = join(options.root, ASIDE);
    this.#fileBytes = Math.min(options.fileBytes ?? FILE_BYTES, Math.max(1, options.maxBytes / 4));
    this.#queue = new DrainQueue(this.#aside, (damage) => options.on?.damaged?.(damage));
  }

  /** With a folder of its own, and with those that dead processes left. */
  static async open(options: DiskSpoolOptions): Promise<DiskSpool> {
    await makeFolder(options.root);
    const spool = new DiskSpool(options, await OwnedFolder.create(options.root, options.names));
    await spool.tend();
    return spool;
  }

  /** Its folder; also what its lease row is called. */
  get name(): string {
    return this.#folder.name;
  }

  /** Folders of others whose frames are among those of this spool, or were. */
  get covered(): ReadonlySet<string> {
    return this.#coveredFolders;
  }

  put(append: SpooledAppend): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: Error | null): void => (error === null ? resolve() : reject(error));
      this.#waiting.push({ append, record: encodeRecord(encodeAppend(append)), settle });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  async first(): Promise<SpooledAppend | null> {
    const next = await this.#queue.first();
    if (next !== null) return next;
    await this.#exclusively(() => this.#seal());
    return this.#queue.first();
  }

  async takeOff(): Promise<void> {
    await this.#queue.takeOff();
    this.#isFull = false;
  }

  async setAside(reason: unknown): Promise<void> {
    await this.#queue.setAside(reason);
  }

  status(): SpoolStatus {
    let oldest: Instant | null = null;
    for (const at of this.oldestByTenant().values()) if (oldest === null || at < oldest) oldest = at;
    const { maxBytes } = this.#options;
    const frames = this.#queue.frames + (this.#active?.file.frames ?? 0);
    return { frames, bytes: this.#bytes, maxBytes, oldest, isFull: this.#isFull };
  }

  oldestByTenant(): ReadonlyMap<string, Instant> {
    const oldest = new Map<string, Instant>();
    const maps = [...this.#queue.oldest, ...(this.#active === null ? [] : [this.#active.file.oldest])];
    for (const map of maps) {
      for (const [tenant, at] of map) {
        const known = oldest.get(tenant);
        if (known === undefined || at < known) oldest.set(tenant, at);
      }
    }
    return oldest;
  }

  /** Once a second: a sign of life, a look at what others use, and the folders of dead processes are adopted. */
  async tend(): Promise<void> {
    for (const folder of [this.#folder, ...this.#adopted]) {
      // Without its owner's file the folder is somebody else's: found out before the next answer.
      await folder.signOfLife().catch(() => undefined);
    }
    const { root } = this.#options;
    const ours = new Set([this.#folder, ...this.#adopted].map(({ name }) => name));
    const others = (await readdir(root)).filter((name) => !ours.has(name) && name !== ASIDE);
    const sizes: number[] = [];
    for (const name of others) {
      const adopted = await OwnedFolder.adopt(root, name, this.#options.names);
      if (adopted !== null) await this.#takeIn(adopted);
      else sizes.push(await bytesOf(join(root, name)));
    }
    this.#othersBytes = sizes.reduce((sum, size) => sum + size, 0);
    await this.#removeEmptied();
  }

  /** What waits stays on the disk for the next process. */
  async close(): Promise<void> {
    await this.#exclusively(() => this.#seal());
    await this.#removeEmptied();
    if (!this.#queue.holdsAnyOf(this.#folder.path) && (await this.#folder.isOurs()))
      await this.#folder.remove();
  }

  get #bytes(): number {
    return this.#queue.bytes + (this.#active?.file.bytes ?? 0) + this.#othersBytes;
  }

  async #takeIn(folder: OwnedFolder): Promise<void> {
    const files: SpoolFile[] = [];
    for (const path of await spoolFilesOf(folder.path)) files.push((await readSpoolFile(path)).file);
    this.#queue.add(...files);
    this.#adopted.push(folder);
    this.#coveredFolders.add(folder.name);
    const frames = files.reduce((sum, file) => sum + file.frames, 0);
    this.#options.on?.adopted?.(folder.name, frames);
  }

  async #removeEmptied(): Promise<void> {
    const waiting = this.#adopted.filter(({ path }) => this.#queue.holdsAnyOf(path));
    const emptied = this.#adopted.filter((folder) => !waiting.includes(folder));
    this.#adopted = waiting;
    for (const folder of emptied) if (await folder.isOurs()) await folder.remove();
  }

  /** Group commit: what arrives while a flush is under way shares the next one. */
  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const { group, isOneRefused } = this.#admit();
      this.#isFull ||= isOneRefused;
      if (group.length === 0) continue;
      const failure = await this.#exclusively(() => this.#write(group)).then(
        () => null,
        (error: unknown) => asFailure(error),
      );
      this.#isFull = isOneRefused || failure instanceof SpoolFullError;
      for (const one of group) one.settle(failure);
    }
    this.#isWriting = false;
  }

  /** Those that wait, as far as there is room for them and a file should be long; the others are refused. */
  #admit(): { readonly group: readonly Waiting[]; readonly isOneRefused: boolean } {
    const group: Waiting[] = [];
    let isOneRefused = false;
    let bytes = 0;
    for (let one = this.#waiting[0]; one !== undefined; one = this.#waiting[0]) {
      if (group.length > 0 && bytes + one.record.length > this.#fileBytes) break;
      this.#waiting.shift();
      if (this.#bytes + bytes + one.record.length > this.#options.maxBytes) {
        isOneRefused = true;
        one.settle(new SpoolFullError(`the spool holds its ${this.#options.maxBytes} bytes`));
        continue;
      }
      group.push(one);
      bytes += one.record.length;
    }
    return { group, isOneRefused };
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const active = (this.#active ??= await this.#begin());
    try {
      await active.writer.append(Buffer.concat(group.map(({ record }) => record)));
    } finally {
      active.file.bytes = active.writer.bytes;
      if (active.writer.isBroken) await this.#seal();
    }
    for (const { append } of group) countIn(active.file, append);
    // Written, then looked: who adopts the folder reads after the take-over, so it finds what is answered.
    if (!(await this.#folder.isOurs())) return this.#beginElsewhere();
    if (active.file.bytes >= this.#fileBytes) await this.#seal();
  }

  async #begin(): Promise<Active> {
    const path = join(this.#folder.path, spoolFileName(this.#nextNumber));
    this.#nextNumber += 1;
    return { writer: await SpoolWriter.create(path, this.#options.openFile), file: emptySpoolFile(path) };
  }

  /** Nothing is added to the file any more: it can be drained. */
  async #seal(): Promise<void> {
    const active = this.#active;
    if (active === null) return;
    this.#active = null;
    await active.writer.close().catch(() => undefined);
    if (active.file.bytes > 0) this.#queue.add(active.file);
  }

  /** What the old folder holds is the new owner's to drain; the frames of this write are answered by nobody. */
  async #beginElsewhere(): Promise<never> {
    const taken = this.#folder.name;
    this.#folder = await OwnedFolder.create(this.#options.root, this.#options.names);
    await this.#active?.writer.close().catch(() => undefined);
    this.#active = null;
    this.#nextNumber = 1;
    this.#options.on?.takenOver?.(taken);
    throw new Error(`the spool folder ${taken} was taken over by another process`);
  }

  #exclusively<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(act, act);
    this.#busy = done.catch(() => undefined);
    return done;
  }
}

function asFailure(error: unknown): Error {
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG'))
    return new SpoolFullError('the disk of the spool is full', { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

/** Of a folder that another process owns: files go while one looks. */
async function bytesOf(folder: string): Promise<number> {
  const sizes = (await spoolFilesOf(folder)).map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
