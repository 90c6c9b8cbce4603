import { type Writable } from 'node:stream';
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { ConnectionLostError, DisconnectedByBrokerError, NoConfirmedDeliveryError } from './broker-errors.ts';
import { InOrderAcks } from './in-order-acks.ts';

export interface BrokerOptions {
  /** With its credentials. */
  readonly url: string;
  /** Fixed: the broker keeps what we have missed under this name. One process at a time may use it. */
  readonly clientId: string;
  /** A topic filter; the last level of a topic is the event. */
  readonly topic: string;
  /** Messages that may wait for our acknowledgement at the same time; beyond them the broker holds back. */
  readonly receiveMaximum?: number;
  /** How long the broker keeps what we miss, in seconds. Default: 7 days. */
  readonly sessionExpiryS?: number;
}

export interface Delivery {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** 0: it was published without confirmation, and what is published so while we are away is lost. */
  readonly qos: 0 | 1 | 2;
}

export interface BrokerHandler {
  /** `isResumed`: the broker has kept the session, so nothing was missed. */
  connected(isResumed: boolean): void;
  /** Resolves when the message is safe: true, it is acknowledged; false, the broker is to deliver it again. Never rejects. */
  take(delivery: Delivery): Promise<boolean>;
}

const WEEK_S = 7 * 86_400;
const CONNECT_TIMEOUT_MS = 10_000;
/** At the end, what is on its way to the store has this long to arrive. */
const FAREWELL_MS = 5_000;

/**
 * One connection, until the signal or until it is lost (then it rejects). The session outlives it: the broker keeps the
 * subscription and all that was not acknowledged. A message is acknowledged after it is durable and never earlier; many
 * are on their way at the same time.
 */
export async function receiveFromBroker(
  options: BrokerOptions,
  handler: BrokerHandler,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const client = connect(clientOptions(options));
  const lost = whenLost(client);
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const inbox = new Inbox(client, handler, options.receiveMaximum ?? RECEIVE_MAXIMUM);
  try {
    await Promise.race([subscribed(client, options.topic, handler), lost, aborted]);
    await Promise.race([lost, aborted]);
    await inbox.close();
  } finally {
    inbox.abandon();
    await client.endAsync(!client.connected).catch(() => undefined);
  }
}

const RECEIVE_MAXIMUM = 500;

function clientOptions({ clientId, receiveMaximum, sessionExpiryS, url }: BrokerOptions): IClientOptions {
  const { hostname, password, pathname, port, protocol, username } = new URL(url);
  const scheme = protocol.slice(0, -1) as 'mqtt' | 'mqtts' | 'ws' | 'wss';
  const defaultPort = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 }[scheme];
  return {
    protocol: scheme,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? defaultPort : Number(port),
    ...(scheme.startsWith('ws') ? { path: pathname } : {}),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    protocolVersion: 5,
    clientId,
    clean: false,
    // Whoever called decides when to come back, and asks first whose frames these are.
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: 30,
    resubscribe: false,
    properties: {
      sessionExpiryInterval: sessionExpiryS ?? WEEK_S,
      receiveMaximum: receiveMaximum ?? RECEIVE_MAXIMUM,
    },
  };
}

/** Also where the session is there already: it costs nothing, and the filter may have changed. */
async function subscribed(client: MqttClient, topic: string, handler: BrokerHandler): Promise<void> {
  const isResumed = await new Promise<boolean>((resolve) => {
    client.once('connect', ({ sessionPresent }) => resolve(sessionPresent));
  });
  // What was retained has no news: 2 asks for none of it.
  const granted = await client.subscribeAsync(topic, { qos: 1, rh: 2 });
  if (!granted.some(({ qos }) => qos === 1)) throw new NoConfirmedDeliveryError(topic);
  handler.connected(isResumed);
}

function whenLost(client: MqttClient): Promise<never> {
  const lost = new Promise<never>((_resolve, reject) => {
    client.on('disconnect', ({ reasonCode }) => reject(new DisconnectedByBrokerError(reasonCode ?? 0)));
    client.on('error', reject);
    client.on('close', () => reject(new ConnectionLostError()));
  });
  // It may be told of before anybody waits for it.
  lost.catch(() => undefined);
  return lost;
}

/**
 * The messages of one connection. The client hands over one message at a time, and acknowledges it in the same breath:
 * one append for each. Here it is told at once to go on, and the acknowledgement is written when the message is durable.
 */
class Inbox {
  readonly #acks = new InOrderAcks();
  readonly #underWay = new Set<Promise<void>>();
  readonly #stream: Writable;
  #isOpen = true;
  #isConnected = true;

  constructor(client: MqttClient, handler: BrokerHandler, limit: number) {
    this.#stream = client.stream;
    client.handleMessage = (packet, goOn) => {
      // An error as its outcome keeps the client from acknowledging; it goes on with the next packet all the same.
      const later = (): void => goOn(new Error('acknowledged when durable'));
      if (!this.#isOpen) return later();
      const taken = this.#take(packet, handler);
      this.#underWay.add(taken);
      // The broker keeps to the limit where deliveries are confirmed; the others are held back by not being read.
      if (this.#underWay.size < limit) later();
      else void Promise.race(this.#underWay).then(later);
      void taken.then(() => this.#underWay.delete(taken));
    };
  }

  async #take(packet: IPublishPacket, handler: BrokerHandler): Promise<void> {
    const { messageId, qos, topic } = packet;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const isSafe =
      qos === 0 || messageId === undefined ? null : this.#acks.expect(() => this.#acknowledge(messageId));
    if (await handler.take({ topic, payload, qos })) isSafe?.();
  }

  /** PUBACK without a reason is success. Written past the client, which has no way to acknowledge later. */
  #acknowledge(messageId: number): void {
    if (this.#isConnected) this.#stream.write(Buffer.from([0x40, 0x02, messageId >> 8, messageId & 0xff]));
  }

  /** No more is taken; what is under way is acknowledged, if it becomes durable soon. */
  async close(): Promise<void> {
    this.#isOpen = false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FAREWELL_MS);
    });
    await Promise.race([Promise.all(this.#underWay), late]);
    clearTimeout(timer);
  }

  /** What becomes durable from now on is delivered again, and recognised. */
  abandon(): void {
    this.#isOpen = false;
    this.#isConnected = false;
  }
}
