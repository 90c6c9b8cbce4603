import { randomUUID } from 'node:crypto';
import { deviceTypeById } from '../../../../adapters/lorawan/device-types.ts';
import { type TestApi } from '../../../support/api.ts';
import { type LiveIntake } from '../../../support/live-intake.ts';
import { ask, type Place } from '../../api/client.ts';

/** What a sensor sends; times in seconds before now. */
export interface Message {
  readonly occupied: boolean;
  readonly agoS: number;
  readonly fCnt: number;
  readonly kind?: 'status' | 'heartbeat';
  readonly devAddr?: string;
  /** The network server's name of the delivery; the same frame by another gateway or path has another. */
  readonly deliveryId?: string;
}

/** A car park over HTTP: bays, their sensors, and a network server that posts what the sensors send. */
export class SensorBays {
  /** Ages are counted from here, so that the same message is the same whenever it is sent. */
  readonly #began = Date.now();
  readonly #api: TestApi;
  readonly #live: LiveIntake;
  readonly #place: Place;
  readonly #types = new Map<string, string>();

  constructor(api: TestApi, live: LiveIntake, place: Place) {
    this.#api = api;
    this.#live = live;
    this.#place = place;
  }

  at(agoS: number): string {
    return new Date(this.#began - agoS * 1000).toISOString();
  }

  /** A bay that has been watched since it was opened. */
  async newBay(devEui: string, type: string, sinceAgoS: number): Promise<string> {
    const spaceId = await this.emptyBay(sinceAgoS);
    const key = await this.#api.keyOf('owner');
    const body = { dev_eui: devEui, device_type: type };
    await this.#done(ask(this.#api.url, 'POST', '/devices', { key, body }));
    this.#types.set(devEui, type);
    await this.assign(spaceId, devEui, sinceAgoS);
    return spaceId;
  }

  emptyBay(sinceAgoS: number): Promise<string> {
    return this.#place.newSpace({ commissioned_at: this.at(sinceAgoS) });
  }

  /** Registers a device that watches nothing yet. */
  async newDevice(devEui: string, type: string): Promise<void> {
    const key = await this.#api.keyOf('owner');
    const body = { dev_eui: devEui, device_type: type };
    await this.#done(ask(this.#api.url, 'POST', '/devices', { key, body }));
    this.#types.set(devEui, type);
  }

  async assign(spaceId: string, devEui: string, sinceAgoS: number): Promise<void> {
    const key = await this.#api.keyOf('owner');
    const body = { dev_eui: devEui, effective_at: this.at(sinceAgoS) };
    await this.#done(ask(this.#api.url, 'PUT', `/spaces/${spaceId}/sensor`, { key, body }));
  }

  async unassign(spaceId: string, untilAgoS: number): Promise<void> {
    const key = await this.#api.keyOf('owner');
    const body = { reason: 'moved', effective_at: this.at(untilAgoS) };
    await this.#done(ask(this.#api.url, 'DELETE', `/spaces/${spaceId}/sensor`, { key, body }));
  }

  /** One message, as ChirpStack would post it; answers the frame's id. */
  async send(devEui: string, message: Message): Promise<string> {
    const {
      agoS,
      deliveryId = randomUUID(),
      devAddr = '01020304',
      fCnt,
      kind = 'status',
      occupied,
    } = message;
    const frame = deviceTypeById(this.#types.get(devEui) ?? '')?.encodeUplink?.({ kind, occupied });
    if (frame === undefined) throw new Error(`the sensor ${devEui} cannot say that`);
    const body = {
      deduplicationId: deliveryId,
      time: this.at(agoS),
      deviceInfo: { devEui, tags: {} },
      devAddr,
      fCnt,
      fPort: frame.fPort,
      data: Buffer.from(frame.bytes).toString('base64'),
    };
    const answer = await this.#post('up', body);
    return String(answer['frame_id']);
  }

  async join(devEui: string, devAddr: string, agoS: number): Promise<void> {
    const body = {
      deduplicationId: randomUUID(),
      time: this.at(agoS),
      deviceInfo: { devEui, tags: {} },
      devAddr,
    };
    await this.#post('join', body);
  }

  async occupancy(spaceId: string): Promise<Readonly<Record<string, unknown>>> {
    return { ...((await this.space(spaceId))['occupancy'] as object) };
  }

  space(spaceId: string) {
    return this.#read(`/spaces/${spaceId}`);
  }

  async stays(spaceId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.#read(`/sessions?space_id=${spaceId}&limit=100`))['items'] as never;
  }

  async incidents(spaceId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.#read(`/incidents?space_id=${spaceId}`))['items'] as never;
  }

  /** Hour by hour: what an analyst adds up. */
  async hours(spaceId: string, fromAgoS: number): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const hour = 3_600_000;
    const from = new Date(Math.floor((this.#began - fromAgoS * 1000) / hour) * hour).toISOString();
    const to = new Date(Math.floor(this.#began / hour) * hour).toISOString();
    return (await this.#read(`/utilization?scope=space&id=${spaceId}&grain=hour&from=${from}&to=${to}`))[
      'items'
    ] as never;
  }

  async #read(path: string) {
    const key = await this.#api.keyOf('analyst');
    return this.#done(ask(this.#api.url, 'GET', path, { key }));
  }

  async #post(event: string, body: object) {
    const key = await this.#api.keyOf('ingest');
    return this.#done(ask(this.#live.url, 'POST', `/uplink?event=${event}`, { key, body }));
  }

  async #done(asked: ReturnType<typeof ask>) {
    const { body, status, text } = await asked;
    if (status >= 300) throw new Error(`${status} ${text}`);
    return body;
  }
}
