/** What ChirpStack publishes, published. */
import { connectAsync, type MqttClient } from 'mqtt';

export const DEV_EUI = '00000000000000aa';
const APPLICATION = '17c82e96-be03-4f38-aef3-f83d48582d97';

export const topicOf = (event: string, devEui = DEV_EUI): string =>
  `application/${APPLICATION}/device/${devEui}/event/${event}`;

export function uplink(fCnt: number, devEui = DEV_EUI): Record<string, unknown> {
  return {
    deduplicationId: `00000000-0000-4000-8000-${fCnt.toString().padStart(12, '0')}`,
    time: '2026-03-01T08:00:00+00:00',
    deviceInfo: { devEui, tags: {} },
    devAddr: '01020304',
    fCnt,
    fPort: 1,
    data: 'AQ==',
  };
}

export class Publisher {
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
  }

  static async connect(url: string): Promise<Publisher> {
    return new Publisher(await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50 }));
  }

  /** Resolves when the broker has it. */
  async publish(topic: string, payload: string | Buffer | object, qos: 0 | 1 = 1): Promise<void> {
    const isRaw = typeof payload === 'string' || Buffer.isBuffer(payload);
    await this.#client.publishAsync(topic, isRaw ? payload : JSON.stringify(payload), { qos });
  }

  async publishUplinks(from: number, count: number): Promise<void> {
    const counters = Array.from({ length: count }, (_, i) => from + i);
    await Promise.all(counters.map((fCnt) => this.publish(topicOf('up'), uplink(fCnt))));
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
