import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { MqttIntake, type MqttIntakeOptions, type Sender } from '../../../adapters/mqtt/mqtt-intake.ts';
import { type FrameReceived } from '../../../domain/frames/events.ts';
import { instantOf } from '../../../domain/time/instant.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { newIntake, TENANT } from '../../unit/sensor-process/car-park.ts';

export const SENDER: Sender = { tenantId: TENANT, actor: { type: 'api_key', id: 'test' } };

/** The intake of a process that is restarted: each start is a new one, which remembers nothing. */
export class RunningIntake {
  readonly said: string[] = [];
  readonly #store: EventStore;
  readonly #options: Omit<MqttIntakeOptions, 'intake'> & Partial<MqttIntakeOptions>;
  #stop = new AbortController();
  #mqtt: MqttIntake | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(url: string, store: EventStore, options: Partial<MqttIntakeOptions> = {}) {
    this.#store = store;
    const say = (what: string, ...rest: unknown[]): void => {
      this.said.push([what, ...rest.map(String)].join(' '));
    };
    this.#options = {
      broker: { url, clientId: 'bayledger', topic: 'application/+/device/+/event/+' },
      readChirpstack,
      sender: () => Promise.resolve(SENDER),
      now: () => instantOf(Date.now()),
      on: {
        connected: (isResumed) => say('connected', isResumed ? 'again' : 'anew'),
        disconnected: (error) => say('disconnected', error),
        kept: (outcome) => say(outcome),
        unreadable: (topic, problem) => say('cannot read', topic, problem),
        delayed: (error) => say('delayed', error),
        refused: (_topic, error) => say('refused', error),
        unconfirmed: () => say('unconfirmed'),
      },
      ...options,
    };
  }

  get mqtt(): MqttIntake {
    if (this.#mqtt === null) throw new Error('not started');
    return this.#mqtt;
  }

  start(): void {
    this.#stop = new AbortController();
    this.#mqtt = new MqttIntake({ intake: newIntake(this.#store), ...this.#options });
    this.#ended = this.#mqtt.run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  count(what: string): number {
    return this.said.filter((one) => one.startsWith(what)).length;
  }
}

/** Every frame in the log, second copies too, in the order in which they were stored. */
export async function framesOf(store: EventStore): Promise<readonly FrameReceived[]> {
  const frames: FrameReceived[] = [];
  for await (const page of store.readAll({ categories: ['frames'] })) {
    frames.push(...page.map(({ data }) => data as FrameReceived));
  }
  return frames;
}
