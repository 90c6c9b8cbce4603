import { setMaxListeners } from 'node:events';
import { isPassing } from '../../application/intake/append-failures.ts';
import { type ReceivedMessage } from '../../application/intake/frame.ts';
import { type Receipt } from '../../application/intake/intake.ts';
import { type Actor } from '../../domain/event/metadata.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type BrokerOptions, type Delivery, receiveFromBroker } from './broker-connection.ts';
import { DisconnectedByBrokerError } from './broker-errors.ts';
import { type EventMessage, type ReadChirpstack, readEventMessage } from './event-message.ts';

/** Whose frames these are. */
export interface Sender {
  readonly tenantId: string;
  readonly actor: Actor;
}

export interface MqttIntakeOptions {
  readonly broker: BrokerOptions;
  readonly intake: { receive(tenantId: string, received: ReceivedMessage): Promise<Receipt> };
  readonly readChirpstack: ReadChirpstack;
  /** Asked before each connection, and every few seconds while it lasts. Null: nobody; a rejection: not known now. */
  readonly sender: () => Promise<Sender | null>;
  readonly now: () => Instant;
  readonly askSenderEveryMs?: number;
  readonly on?: Partial<MqttSigns>;
}

export interface MqttSigns {
  connected(isResumed: boolean): void;
  /** Tried again in so long; null: at the end, nothing more comes. */
  disconnected(error: unknown, retryInMs: number): void;
  /** It is durable. */
  kept(outcome: 'stored' | 'duplicate' | 'unreadable'): void;
  /** Kept, and somebody should look: it is no message of ChirpStack. */
  unreadable(topic: string, problem: string): void;
  /** Neither store nor spool took it: it is tried again and stays with the broker until then. */
  delayed(error: unknown): void;
  /** No store could ever take it. */
  refused(topic: string, error: unknown): void;
  /** ChirpStack publishes without confirmation: what it sends while we or the broker are away is lost. */
  unconfirmed(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Two processes with one client id throw each other out for ever: at least they shall not do it all the time. */
const TAKEN_OVER_PAUSE_MS = 30_000;
/** A connection that lasted this long was a good one: after it the next attempt is made at once. */
const LASTING_MS = 30_000;
const ASK_SENDER_MS = 5_000;

export class NoSenderError extends Error {
  override readonly name = 'NoSenderError';

  constructor() {
    super('nobody is known whose frames these are: set MQTT_API_KEY to a key that may send frames');
  }
}

/** Takes in what ChirpStack publishes, for as long as the process lives. No failure ends it. */
export class MqttIntake {
  readonly #options: MqttIntakeOptions;
  #pauseMs = FIRST_PAUSE_MS;
  #isConnected = false;
  #problem: string | null = null;

  constructor(options: MqttIntakeOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Why it is not connected, in words for an operator; null when it is, or before the first attempt. */
  get problem(): string | null {
    return this.#problem;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        await this.#connection(signal);
      } catch (error) {
        this.#isConnected = false;
        if (performance.now() - began > LASTING_MS) this.#pauseMs = FIRST_PAUSE_MS;
        if (signal.aborted) return;
        this.#problem = error instanceof Error ? error.message : String(error);
        const isTakenOver = error instanceof DisconnectedByBrokerError && error.isTakenOver;
        const pauseMs = isTakenOver ? TAKEN_OVER_PAUSE_MS : this.#pauseMs;
        this.#options.on?.disconnected?.(error, pauseMs);
        this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
        await pause(pauseMs, signal);
      }
    }
    this.#isConnected = false;
  }

  async #connection(signal: AbortSignal): Promise<void> {
    const { askSenderEveryMs = ASK_SENDER_MS, broker, on, sender: find } = this.#options;
    const sender = await find();
    if (sender === null) throw new NoSenderError();
    const revoked = new AbortController();
    const asking = setInterval(() => {
      // Not known now: those who were known are believed.
      find().then(
        (now) => {
          if (now?.tenantId !== sender.tenantId) revoked.abort();
        },
        () => undefined,
      );
    }, askSenderEveryMs);
    const either = AbortSignal.any([signal, revoked.signal]);
    // As many listen as messages wait to be tried again.
    setMaxListeners(0, either);
    const handler = {
      connected: (isResumed: boolean): void => {
        this.#isConnected = true;
        this.#problem = null;
        on?.connected?.(isResumed);
      },
      take: (delivery: Delivery) => this.#take(sender, delivery, either),
    };
    try {
      await receiveFromBroker(broker, handler, either);
    } finally {
      clearInterval(asking);
    }
    if (revoked.signal.aborted) throw new NoSenderError();
  }

  async #take(sender: Sender, { payload, qos, topic }: Delivery, signal: AbortSignal): Promise<boolean> {
    const { on, readChirpstack } = this.#options;
    if (qos === 0) on?.unconfirmed?.();
    const event = readEventMessage(topic, payload, readChirpstack);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      try {
        const { duplicate } = await this.#receive(sender, event);
        if (event.problem !== null) on?.unreadable?.(topic, event.problem);
        on?.kept?.(event.problem !== null ? 'unreadable' : duplicate ? 'duplicate' : 'stored');
        return true;
      } catch (error) {
        if (!isPassing(error)) {
          // It would be refused each time, and hold up all that come after it.
          on?.refused?.(topic, error);
          return true;
        }
        if (signal.aborted) return false;
        on?.delayed?.(error);
        await pause(pauseMs, signal);
        if (signal.aborted) return false;
      }
    }
  }

  /** Received now, also when tried again: until it is taken in, nobody has claimed to have it. */
  #receive({ actor, tenantId }: Sender, { body, kind, message }: EventMessage): Promise<Receipt> {
    const receivedAt = this.#options.now();
    return this.#options.intake.receive(tenantId, {
      network: 'chirpstack',
      kind,
      body,
      message,
      receivedAt,
      actor,
    });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
