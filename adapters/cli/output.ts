import { once } from 'node:events';
import { type Writable } from 'node:stream';
import { type Failure } from './failure.ts';

export interface OutputStreams {
  readonly out: Writable;
  readonly err: Writable;
}

/** Results go to stdout, everything else to stderr: what is piped on is only what was asked for. */
export class Output {
  readonly json: boolean;
  readonly #streams: OutputStreams;

  constructor(json: boolean, streams: OutputStreams = { out: process.stdout, err: process.stderr }) {
    this.json = json;
    this.#streams = streams;
  }

  /** The one answer of a verb: for machines an object on a line, for people lines. */
  async result(value: object, lines: string | readonly string[]): Promise<void> {
    await this.line(this.json ? JSON.stringify(value) : [lines].flat().join('\n'));
  }

  /** One of many: for machines NDJSON. */
  async item(value: object, line: string): Promise<void> {
    await this.line(this.json ? JSON.stringify(value) : line);
  }

  /** A whole list; for people in columns, whose titles are the names of the members. */
  async list(
    items: readonly Readonly<Record<string, unknown>>[],
    columns: readonly string[],
    none: string,
  ): Promise<void> {
    if (this.json) for (const item of items) await this.line(JSON.stringify(item));
    else if (items.length === 0) this.note(none);
    else for (const line of table(items, columns)) await this.line(line);
  }

  async line(text: string): Promise<void> {
    // A slow reader at the other end of a pipe must not make us keep the whole history in memory.
    if (!this.#streams.out.write(`${text}\n`)) await once(this.#streams.out, 'drain');
  }

  /** For people only. */
  note(text: string): void {
    if (!this.json) this.#streams.err.write(`${text}\n`);
  }

  failure(failure: Failure): void {
    const { code, message, facts } = failure;
    const text = this.json
      ? JSON.stringify({ error: { code, detail: message, ...facts } })
      : `bayledger: ${message} (${code})`;
    this.#streams.err.write(`${text}\n`);
  }
}

export function table(
  items: readonly Readonly<Record<string, unknown>>[],
  columns: readonly string[],
): string[] {
  const rows = [columns, ...items.map((item) => columns.map((column) => cell(item[column])))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
