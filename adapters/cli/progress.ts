import { type Output } from './output.ts';

const EVERY_MS = 3_000;
const EVERY_ON_TERMINAL_MS = 100;
const BAR = 24;

/** How far long work has come: one line that changes on a terminal, a line every few seconds elsewhere. */
export class Progress {
  readonly #output: Output;
  readonly #what: string;
  readonly #isTerminal: boolean;
  readonly #began = performance.now();
  #shownAt = performance.now();
  #open = false;

  constructor(output: Output, what: string) {
    this.#output = output;
    this.#what = what;
    this.#isTerminal = process.stderr.isTTY;
  }

  show(done: number, total: number): void {
    const now = performance.now();
    const isLast = done >= total;
    if (!isLast && now - this.#shownAt < (this.#isTerminal ? EVERY_ON_TERMINAL_MS : EVERY_MS)) return;
    if (isLast && !this.#isTerminal) return;
    this.#shownAt = now;
    const seconds = (now - this.#began) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const left = rate > 0 ? Math.ceil((total - done) / rate) : 0;
    const filled = total > 0 ? Math.round((done / total) * BAR) : BAR;
    const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}`;
    const figures = `${done}/${total} ${this.#what}, ${Math.round(rate)}/s, ${left} s left`;
    if (!this.#isTerminal || this.#output.json) {
      this.#output.note(figures);
      return;
    }
    this.#open = true;
    process.stderr.write(`\r[${bar}] ${figures}\u001b[K`);
  }

  end(): void {
    if (this.#open) process.stderr.write('\r\u001b[K');
    this.#open = false;
  }
}
