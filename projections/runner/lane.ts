import { setTimeout as sleep } from 'node:timers/promises';
import { type Pool } from 'pg';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { applyBatch, applyInBulk } from './apply-batch.ts';
import { FencedError, setStatus } from './checkpoints.ts';
import { type Batch, Inbox } from './inbox.ts';
import { type Member, slowestOf } from './member.ts';
import { isTransient } from './transaction.ts';

export interface LaneOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  /** Events applied in one transaction at most. */
  readonly batchSize: number;
  readonly onProblem: (problem: string, error: unknown) => void;
}

/** How far a lane is behind what it has received. */
export interface Lag {
  readonly events: number;
  readonly seconds: number;
}

/** Checkpoints of a log in which nothing happens for us are written this often at most. */
const IDLE_WRITE_MS = 1000;
/** Events read ahead at least, while a batch is being applied. */
const READ_AHEAD = 6_000;
/** One transaction of a long history: what it folds and holds at most, and how much of it at a time. */
const BULK = { events: 500_000, rows: 20_000, batch: 6_000 };
const RETRY_MS = [50, 200, 1000, 3000];

/** One reader, and the projections that it feeds. */
export class Lane {
  readonly members: Member[];
  readonly #options: LaneOptions;
  #inbox: Inbox;
  /** A long history lies ahead, and nobody reads these rows yet. */
  #isBulk: boolean;
  #applying: Batch | null = null;
  #written = -Infinity;
  #applied = 0;
  #isClosed = false;

  constructor(members: readonly Member[], options: LaneOptions, bulk = false) {
    this.#isBulk = bulk;
    this.members = [...members];
    this.#options = options;
    this.#inbox = this.#open();
  }

  #open(): Inbox {
    const { store, batchSize, onProblem } = this.#options;
    const from = slowestOf(this.members) ?? 'start';
    return new Inbox(store, from, Math.max(batchSize, READ_AHEAD), (error) =>
      onProblem('the subscription was dropped and goes on', error),
    );
  }

  /** Events applied so far. */
  get applied(): number {
    return this.#applied;
  }

  lag(): Lag {
    const events = this.#inbox.waiting + (this.#applying?.events.length ?? 0);
    const oldest = this.#applying?.receivedAt ?? (events > 0 ? this.#inbox.receivedAt : null);
    return { events, seconds: oldest === null || events === 0 ? 0 : (performance.now() - oldest) / 1000 };
  }

  /** Applies whatever comes in, for ever; with `once`, until the head of the log was reached. */
  async run(once: boolean): Promise<'stopped' | 'caught-up'> {
    for (;;) {
      const result = await this.step();
      if (result === 'stopped' || (result === 'caught-up' && once)) return result;
    }
  }

  /** Applies the next batch, waiting for it if need be. */
  async step(): Promise<'stopped' | 'applied' | 'caught-up'> {
    if (this.#isBulk) return this.#stepInBulk();
    const batch = await this.#inbox.take(this.#options.batchSize);
    if (batch === null) return 'stopped';
    if (batch.events.length === 0 && !batch.caughtUp) await this.#beIdle();
    this.#applying = batch;
    await this.#applyUntilDone(batch);
    this.#applying = null;
    return batch.caughtUp ? 'caught-up' : 'applied';
  }

  close(): void {
    this.#isClosed = true;
    this.#inbox.close();
  }

  async #stepInBulk(): Promise<'stopped' | 'applied' | 'caught-up'> {
    try {
      const next = (): Promise<Batch | null> => this.#inbox.take(BULK.batch);
      const done = await applyInBulk(this.#options.pool, this.members, next, BULK);
      if (done === null) return 'stopped';
      this.#applied += done.events;
      if (!done.last.caughtUp) return 'applied';
      this.#isBulk = false;
      return 'caught-up';
    } catch (error) {
      if (error instanceof FencedError || this.#isClosed) throw error;
      this.#options.onProblem('a long batch failed; the events are applied again in small ones', error);
      return this.#beginAnew();
    }
  }

  /** What was taken from the inbox and not committed is read again. */
  async #beginAnew(): Promise<'applied'> {
    await sleep(RETRY_MS[1]);
    this.#inbox.close();
    for (const { applier } of this.members) applier.forget();
    this.#isBulk = false;
    this.#inbox = this.#open();
    return 'applied';
  }

  async #beIdle(): Promise<void> {
    const wait = this.#written + IDLE_WRITE_MS - performance.now();
    if (wait > 0) await this.#inbox.quiet(wait);
  }

  async #applyUntilDone(batch: Batch): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const failed = await applyBatch(this.#options.pool, this.members, batch);
        this.#written = performance.now();
        this.#applied += batch.events.length;
        for (const { member, error } of failed) await this.#giveUp(member, error);
        return;
      } catch (error) {
        if (error instanceof FencedError || !isTransient(error)) throw error;
        this.#options.onProblem('a batch could not be written and is tried again', error);
        await sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]);
      }
    }
  }

  /** The others go on without it; it is tried again later from where it stands. */
  async #giveUp(member: Member, error: unknown): Promise<void> {
    this.#options.onProblem(`projection ${member.projection.name} stopped`, error);
    this.members.splice(this.members.indexOf(member), 1);
    const message = error instanceof Error ? error.message : String(error);
    await setStatus(this.#options.pool, member.checkpoint, 'error', {
      code: 'apply-failed',
      message,
      retryInMs: 30_000,
    });
  }
}
