import { type Decision, reject } from '../../domain/event/decider.ts';
import { type AnyEvent, type Decided } from '../../domain/event/event.ts';
import { type Rejection } from '../../domain/event/rejection.ts';
import {
  OutcomeUnknownError,
  StoreUnavailableError,
  WrongExpectedRevisionError,
} from '../ports/event-store/errors.ts';
import { type AppendResult, type EventStore } from '../ports/event-store/event-store.ts';
import { type NewEvent, type RecordedEvent } from '../ports/event-store/events.ts';
import { type Position } from '../ports/event-store/position.ts';
import { streamName, type StreamName } from '../ports/event-store/stream-name.ts';
import { type Aggregate } from './aggregate.ts';
import { AggregateCache, type Folded } from './aggregate-cache.ts';
import { type CommandContext } from './command-context.ts';
import { BusyError, UnreadableStreamError } from './errors.ts';
import { type EventFormat, toNewEvents } from './event-metadata.ts';
import { OneAtATime } from './one-at-a-time.ts';

export type Outcome<E extends AnyEvent, S> =
  | {
      readonly ok: true;
      readonly events: readonly E[];
      readonly state: S;
      /** Of the stream's last event after this command; null when the stream has none. */
      readonly revision: number | null;
      readonly position: Position | null;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** Reads a recorded event into the domain's present form (upcasting). */
export type ReadEvent<E extends AnyEvent> = (
  recorded: RecordedEvent,
) => { readonly ok: true; readonly event: E } | { readonly ok: false; readonly problem: string };

export interface CommandHandlerOptions<E extends AnyEvent> {
  readonly store: EventStore;
  readonly readEvent: ReadEvent<E>;
  readonly format: EventFormat;
  readonly softwareVersion: string;
  /** Folded streams kept in memory. */
  readonly cacheSize?: number;
  /** How long an append with an unknown outcome is repeated before the caller is told. Default 30 s. */
  readonly unknownOutcomeMs?: number;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
}

const MAX_RETRIES = 5;
const DEFAULT_UNKNOWN_OUTCOME_MS = 30_000;

/**
 * The one recipe by which commands become events, and the only place that appends domain events:
 *
 * 1. load the stream from the cache or the store, and fold it
 * 2. decide
 * 3. an answer that writes nothing (refusal, repeat) never comes from an unverified cache: read on, decide once more
 * 4. append with exactly the revision that was read
 * 5. after a true conflict: read on and decide again, at most five times, with jitter
 * 6. after an unknown outcome: the very same append again, until it is answered
 */
export class CommandHandler<C, E extends AnyEvent, S> {
  readonly #aggregate: Aggregate<C, E, S>;
  readonly #options: CommandHandlerOptions<E>;
  readonly #cache: AggregateCache<S>;
  readonly #queue = new OneAtATime<StreamName>();

  constructor(aggregate: Aggregate<C, E, S>, options: CommandHandlerOptions<E>) {
    this.#aggregate = aggregate;
    this.#options = options;
    this.#cache = new AggregateCache(options.cacheSize ?? 20_000);
  }

  /**
   * Decides one command against one stream. Throws BusyError, OutcomeUnknownError, StoreUnavailableError,
   * UnreadableStreamError; a refusal by the domain is a value.
   */
  async handle(id: string, command: C, context: CommandContext): Promise<Outcome<E, S>> {
    const stream = streamName(this.#aggregate.category, context.tenantId, id);
    return this.#queue.run(stream, () => this.#handle(stream, command, context));
  }

  /** The state of a stream as the store has it now. */
  async load(tenantId: string, id: string): Promise<Folded<S>> {
    const stream = streamName(this.#aggregate.category, tenantId, id);
    return this.#readOn(stream, this.#cache.get(stream) ?? this.#nothing());
  }

  async #handle(stream: StreamName, command: C, context: CommandContext): Promise<Outcome<E, S>> {
    const cached = this.#cache.get(stream);
    let folded = cached ?? (await this.#readOn(stream, this.#nothing()));
    let verified = cached === undefined;
    for (let attempt = 0; attempt <= MAX_RETRIES; attempt += 1) {
      let decision = this.#decide(command, folded, context);
      if (!verified && (!decision.ok || decision.events.length === 0)) {
        folded = await this.#readOn(stream, folded);
        verified = true;
        decision = this.#decide(command, folded, context);
      }
      if (!decision.ok) return decision;
      if (decision.events.length === 0) return { ok: true, events: [], ...folded };
      const appended = await this.#tryAppend(stream, decision.events, folded, context);
      if (appended !== 'conflict') {
        folded = this.#foldOwn(stream, folded, decision.events, appended);
        return { ok: true, events: decision.events.map((item) => item.event), ...folded };
      }
      await this.#pause(attempt);
      folded = await this.#readOn(stream, folded);
      verified = true;
    }
    throw new BusyError(stream);
  }

  #decide(command: C, folded: Folded<S>, { expectedRevision }: CommandContext): Decision<E> {
    if (expectedRevision !== undefined && folded.revision !== expectedRevision) {
      const revision = folded.revision ?? -1;
      return reject({
        code: 'conflict-revision',
        detail: 'It has changed since it was read.',
        facts: { revision },
      });
    }
    return this.#aggregate.decider.decide(command, folded.state);
  }

  #nothing(): Folded<S> {
    return { state: this.#aggregate.decider.initialState, revision: null, position: null };
  }

  async #readOn(stream: StreamName, from: Folded<S>): Promise<Folded<S>> {
    let { state, revision, position } = from;
    const pages = this.#options.store.readStream(stream, {
      from: revision === null ? 'start' : revision + 1,
    });
    for await (const page of pages) {
      for (const recorded of page) {
        const reading = this.#options.readEvent(recorded);
        if (!reading.ok) throw new UnreadableStreamError(stream, recorded.revision, reading.problem);
        state = this.#aggregate.decider.evolve(state, reading.event);
        revision = recorded.revision;
        position = recorded.position;
      }
    }
    const folded = { state, revision, position };
    if (revision !== null) this.#cache.set(stream, folded);
    return folded;
  }

  async #tryAppend(
    stream: StreamName,
    decided: readonly Decided<E>[],
    folded: Folded<S>,
    context: CommandContext,
  ): Promise<AppendResult | 'conflict'> {
    const events = toNewEvents(stream, decided, context, this.#options.format, this.#options.softwareVersion);
    try {
      return await this.#appendUntilAnswered(stream, events, folded.revision ?? 'no_stream');
    } catch (error) {
      if (error instanceof WrongExpectedRevisionError) return 'conflict';
      // Whatever happened, the cached state may no longer be the stream's: the next command reads it anew.
      this.#cache.delete(stream);
      throw error;
    }
  }

  /** Nothing may change between the tries: same bytes, same ids, same expectation. Only then is a repeat safe (pitfall b3). */
  async #appendUntilAnswered(
    stream: StreamName,
    events: readonly NewEvent[],
    expected: number | 'no_stream',
  ): Promise<AppendResult> {
    const giveUpAt = performance.now() + (this.#options.unknownOutcomeMs ?? DEFAULT_UNKNOWN_OUTCOME_MS);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#options.store.append(stream, events, { expected });
      } catch (error) {
        const answered = !(error instanceof OutcomeUnknownError);
        // Once an outcome was unknown, even "unavailable" no longer means that nothing was written.
        const stillUnknown = attempt > 0 && error instanceof StoreUnavailableError;
        if (answered && !stillUnknown) throw error;
        if (performance.now() >= giveUpAt) {
          throw new OutcomeUnknownError(`${stream}: no answer from the store`, { cause: error });
        }
        await this.#pause(attempt);
      }
    }
  }

  #foldOwn(
    stream: StreamName,
    folded: Folded<S>,
    decided: readonly Decided<E>[],
    appended: AppendResult,
  ): Folded<S> {
    let state = folded.state;
    for (const item of decided) state = this.#aggregate.decider.evolve(state, item.event);
    const next = { state, revision: appended.revision, position: appended.position ?? folded.position };
    if (appended.revision === (folded.revision ?? -1) + decided.length) this.#cache.set(stream, next);
    else this.#cache.delete(stream);
    return next;
  }

  async #pause(attempt: number): Promise<void> {
    const random = this.#options.random ?? Math.random;
    const ms = Math.min(200, 5 * 2 ** attempt) * (0.5 + random());
    await (this.#options.sleep ?? defaultSleep)(ms);
  }
}

function defaultSleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
