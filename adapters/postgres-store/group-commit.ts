import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { OutcomeUnknownError } from '../../application/ports/event-store/errors.ts';
import { type AppendOptions, type AppendResult } from '../../application/ports/event-store/event-store.ts';
import { type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';
import { answerOf } from './answers.ts';
import { takeBatch } from './batch.ts';
import { type BatchWriter } from './batch-writer.ts';
import { WaitingAppend } from './waiting-append.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/**
 * Appends that wait while a batch is in flight form the next one: one flush of the disk for all of them. One batch in
 * flight at a time, so the order of calls is the order of appends.
 */
export class GroupCommit {
  readonly #writer: BatchWriter;
  readonly #storeId: string;
  readonly #queue: WaitingAppend[] = [];
  #running: Promise<void> | null = null;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(writer: BatchWriter, storeId: string) {
    this.#writer = writer;
    this.#storeId = storeId;
  }

  append(append: PreparedAppend, options: AppendOptions): Promise<AppendResult> {
    const waiting = new WaitingAppend(append, options, () => this.#writer.connected);
    this.#queue.push(waiting);
    this.#running ??= this.#run();
    return waiting.result;
  }

  /** Finishes what was accepted, then leaves. */
  async close(): Promise<void> {
    await this.#running;
    await this.#writer.close();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      // Callers of the last batch are told first: their next appends join this one.
      await turn();
      const batch = takeBatch(this.#queue).filter((waiting) => !waiting.settled);
      try {
        if (batch.length > 0) await this.#perform(batch);
      } catch (error) {
        // A mistake of ours must not leave callers without an answer, nor the queue without a server.
        for (const waiting of batch)
          waiting.fail(new OutcomeUnknownError('no usable answer', { cause: error }));
      }
    }
    this.#running = null;
  }

  async #perform(batch: readonly WaitingAppend[]): Promise<void> {
    const sending = await this.#writer.send(
      batch.map(({ append }) => append),
      () => batch.forEach((waiting) => (waiting.inFlight = true)),
    );
    batch.forEach((waiting) => (waiting.inFlight = false));
    switch (sending.kind) {
      case 'answered':
        this.#pauseMs = FIRST_PAUSE_MS;
        batch.forEach((waiting, index) =>
          waiting.answer(answerOf(waiting.append, sending.rows[index], this.#storeId)),
        );
        return;
      case 'refused':
        return this.#oneByOne(batch, sending.error);
      case 'lost':
        return this.#lost(batch, sending.error);
      case 'unreachable':
        return this.#unreachable(batch, sending.error);
    }
  }

  /** One append spoiled it for all: each again by itself, with the same ids. */
  async #oneByOne(batch: readonly WaitingAppend[], error: Error): Promise<void> {
    if (batch.length === 1) return batch[0]?.refuse(error);
    for (const waiting of batch) {
      if (!waiting.settled) await this.#perform([waiting]);
    }
  }

  /** Written or not. A repeat finds that out, where a number in the expectation makes it safe. */
  #lost(batch: readonly WaitingAppend[], error: unknown): void {
    for (const waiting of batch) waiting.lose(error);
    this.#again(batch);
  }

  /** What was never sent is refused at once; what is in doubt waits for the server to come back. */
  async #unreachable(batch: readonly WaitingAppend[], error: Error): Promise<void> {
    for (const waiting of batch) {
      if (!waiting.inDoubt) waiting.fail(error);
    }
    this.#again(batch);
    if (this.#queue.length === 0) return;
    await sleep(this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
  }

  #again(batch: readonly WaitingAppend[]): void {
    this.#queue.unshift(...batch.filter((waiting) => !waiting.settled));
  }
}
