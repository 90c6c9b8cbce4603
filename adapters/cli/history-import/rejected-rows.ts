import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type RejectedRow } from '../../../application/history-import/fact.ts';
import { Failure } from '../failure.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';

const REFUSES_FILES = new Set(['EACCES', 'EROFS', 'EPERM']);

/**
 * `FILE.rejected.csv`: each rejected row word for word, behind its line number, a code and a sentence, under the header of
 * the file. It can be corrected and imported as it is, since columns are found by their names.
 */
export class RejectsFile {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Beside the file, else where we are. Throws before anything is told if neither takes a file. */
  static async besides(file: string): Promise<RejectsFile> {
    const name = `${basename(file).replace(/\.csv$/i, '')}.rejected.csv`;
    for (const folder of [dirname(resolve(file)), process.cwd()]) {
      const path = join(folder, name);
      if (await takesFiles(path)) return new RejectsFile(path);
    }
    throw new Failure('access-denied', `${name} can be written neither beside the file nor here`);
  }

  /** Takes the place of an earlier one in one step. Nothing rejected: there is none. */
  async write(file: string, rejected: ReadonlyMap<number, RejectedRow>): Promise<void> {
    if (rejected.size === 0) {
      await rm(this.path, { force: true });
      return;
    }
    const part = partOf(this.path);
    const out = createWriteStream(part);
    try {
      await writeRows(out, csvRows(file), rejected);
      out.end();
      await once(out, 'finish');
      await rename(part, this.path);
    } catch (error) {
      out.destroy();
      await rm(part, { force: true });
      throw error;
    }
  }
}

async function writeRows(
  out: WriteStream,
  rows: AsyncIterable<CsvRow>,
  rejected: ReadonlyMap<number, RejectedRow>,
): Promise<void> {
  const put = async (text: string): Promise<void> => {
    if (!out.write(`${text}\n`)) await once(out, 'drain');
  };
  let isHeader = true;
  for await (const { line, raw } of rows) {
    if (isHeader) await put(`rejected_line,rejected_code,rejected_detail,${raw}`);
    isHeader = false;
    const found = rejected.get(line);
    if (found !== undefined)
      await put(`${line},${found.code},"${found.detail.replaceAll('"', '""')}",${raw}`);
  }
}

async function takesFiles(path: string): Promise<boolean> {
  const part = partOf(path);
  try {
    await (await open(part, 'w')).close();
    await rm(part, { force: true });
    return true;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
    if (typeof code === 'string' && REFUSES_FILES.has(code)) return false;
    throw error;
  }
}

/** Two imports of one file at once do not write into each other's. */
function partOf(path: string): string {
  return `${path}.${process.pid}.part`;
}
