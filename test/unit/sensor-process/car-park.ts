import { createHash, randomUUID } from 'node:crypto';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { deviceTypeById } from '../../../adapters/lorawan/device-types.ts';
import { frameDecoder } from '../../../adapters/lorawan/frame-decoder.ts';
import { readThingsStack } from '../../../adapters/lorawan/things-stack.ts';
import { type MemoryStore, openMemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { MemorySensorTables } from '../../../adapters/sensor-tables/memory-sensor-tables.ts';
import { createHandlers, type Handlers } from '../../../application/commands/handlers.ts';
import { assignDevice, unassignDevice } from '../../../application/devices/assign-device.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { Intake } from '../../../application/intake/intake.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { type SensorTables } from '../../../application/ports/sensor-tables.ts';
import { type SensorProcessOptions } from '../../../application/sensor-process/options.ts';
import { SensorProcess } from '../../../application/sensor-process/sensor-process.ts';
import { registerSpace } from '../../../application/spaces/register-space.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';

export const T0 = '2026-03-01T08:00:00.000Z' as Instant;
export const TENANT = '11111111-1111-5111-8111-111111111111';
export const SITE = '22222222-2222-5222-8222-222222222222';
export const TYPE = 'bosch-tps110-0.39';

/** A network server's uplink as it might be: whatever is not given is unremarkable. */
export interface Uplink {
  readonly devEui: string;
  readonly occupied: boolean;
  /** Seconds after T0: by the network server's clock. */
  readonly atS: number;
  readonly fCnt: number;
  readonly devAddr?: string;
  readonly kind?: 'status' | 'heartbeat';
  readonly deduplicationId?: string;
  readonly fPort?: number;
  readonly data?: string;
  readonly type?: string;
  readonly previousDurationMin?: number;
  readonly batteryMv?: number;
  /** Seconds after T0 by our clock; default: at once. */
  readonly receivedS?: number;
}

export function uplinkBody(uplink: Uplink): Record<string, unknown> {
  const frame = deviceTypeById(uplink.type ?? TYPE)?.encodeUplink?.({
    kind: uplink.kind ?? 'status',
    occupied: uplink.occupied,
    ...(uplink.batteryMv === undefined ? {} : { batteryMv: uplink.batteryMv }),
    ...(uplink.previousDurationMin === undefined ? {} : { previousDurationMin: uplink.previousDurationMin }),
  });
  const time = addSeconds(T0, uplink.atS);
  return {
    deduplicationId: uplink.deduplicationId ?? randomUUID(),
    time,
    deviceInfo: { devEui: uplink.devEui, tags: {} },
    devAddr: uplink.devAddr ?? '01020304',
    fCnt: uplink.fCnt,
    fPort: uplink.fPort ?? frame?.fPort ?? 1,
    data: uplink.data ?? Buffer.from(frame?.bytes ?? []).toString('base64'),
    rxInfo: [{ gatewayId: '0011223344556677', nsTime: time, rssi: -80, snr: 9 }],
  };
}

/** Everything from the intake to the space, with a clock that tests set. */
export class AnyCarPark<S extends EventStore, T extends SensorTables> {
  readonly store: S;
  readonly tables: T;
  readonly handlers: Handlers;
  readonly intake: Intake;
  now: Instant = T0;
  #running: { readonly process: SensorProcess; readonly end: () => Promise<void> } | null = null;

  constructor(store: S, tables: T) {
    this.store = store;
    this.tables = tables;
    this.handlers = createHandlers({ store: this.store, softwareVersion: 'test' });
    this.intake = newIntake(this.store);
  }

  /** Registers a site once, and spaces with a sensor each. Their ids come from the code. */
  async open(codes: readonly string[], commissionedAt: Instant = T0): Promise<void> {
    const site = this.#context('site');
    await this.handlers.site.handle(
      SITE,
      { type: 'RegisterSite', name: 'Site', timeZone: 'Europe/Paris', now: T0 },
      site,
    );
    for (const code of codes) {
      await registerSpace(
        this.handlers,
        { siteId: SITE, code, name: code, attributes: {}, commissionedAt, policy: defaultPolicy },
        this.#context(`space/${code}`),
      );
    }
  }

  spaceOf(code: string): string {
    return derivedId(this.#context(`space/${code}`).commandId, 'space');
  }

  async registerDevice(devEui: string, deviceType = TYPE): Promise<void> {
    await this.handlers.device.handle(
      devEui,
      { type: 'RegisterDevice', devEui, deviceType, kind: 'sensor', now: this.now },
      this.#context(`device/${devEui}`),
    );
  }

  async assign(devEui: string, code: string, from: Instant = T0, deviceType = TYPE): Promise<void> {
    await this.registerDevice(devEui, deviceType);
    const outcome = await assignDevice(
      this.handlers,
      this.spaceOf(code),
      { devEui, role: 'sensor', deviceType, heartbeatS: 86_400, from },
      this.#context(`assign/${devEui}/${code}/${from}`),
    );
    if (!outcome.ok) throw new Error(`assignment refused: ${outcome.rejection.code}`);
  }

  /** The device is taken from one bay to another. */
  async move(devEui: string, from: string, to: string, at: Instant): Promise<void> {
    const context = this.#context(`unassign/${devEui}/${from}/${at}`);
    const gone = await unassignDevice(
      this.handlers,
      this.spaceOf(from),
      { devEui, role: 'sensor', to: at },
      context,
    );
    if (!gone.ok) throw new Error(`unassignment refused: ${gone.rejection.code}`);
    await this.assign(devEui, to, at);
  }

  /** The first half of an assignment, as a crash may leave it: the same command sent again finishes it. */
  async claimOnly(devEui: string, code: string, from: Instant): Promise<void> {
    await this.registerDevice(devEui);
    const { commandId, ...context } = this.#context(`assign/${devEui}/${code}/${from}`);
    const processId = derivedId(commandId, 'assignment');
    await this.handlers.device.handle(
      devEui,
      {
        type: 'ClaimAssignment',
        spaceId: this.spaceOf(code),
        role: 'sensor',
        from,
        processId,
        now: this.now,
      },
      { ...context, commandId: processId },
    );
  }

  /** What a member of staff saw. */
  async observe(code: string, value: 'OCCUPIED' | 'VACANT', atS: number): Promise<void> {
    const since = addSeconds(T0, atS);
    if (since > this.now) this.now = since;
    const context = this.#context(`observe/${code}/${atS}`);
    const outcome = await this.handlers.space.handle(
      this.spaceOf(code),
      {
        type: 'ObserveOccupancy',
        value,
        since,
        source: 'staff',
        uncertaintyS: 0,
        sessionId: context.commandId,
        observation: { id: context.commandId },
        now: this.now,
      },
      context,
    );
    if (!outcome.ok) throw new Error(`observation refused: ${outcome.rejection.code}`);
  }

  /** Our clock follows what is received. */
  async send(uplink: Uplink, event = 'up', body = uplinkBody(uplink)) {
    const receivedAt = addSeconds(T0, uplink.receivedS ?? uplink.atS);
    if (receivedAt > this.now) this.now = receivedAt;
    return this.sendBody(event, body, receivedAt);
  }

  async sendBody(event: string, body: unknown, receivedAt: Instant = this.now) {
    const reading = readChirpstack(event, body);
    if (!reading.ok) throw new Error(`refused: ${JSON.stringify(reading.rejection.errors)}`);
    return this.intake.receive(TENANT, {
      network: 'chirpstack',
      kind: event,
      body: JSON.stringify(body),
      message: reading.message,
      receivedAt,
      actor: { type: 'api_key', id: 'test' },
    });
  }

  /** A message as The Things Stack sends it: to the base URL of its webhook. */
  async sendThingsStack(body: unknown, receivedAt: Instant = this.now) {
    if (receivedAt > this.now) this.now = receivedAt;
    const reading = readThingsStack('', body);
    if (!reading.ok) throw new Error(`refused: ${JSON.stringify(reading.rejection.errors)}`);
    return this.intake.receive(TENANT, {
      network: 'tts',
      kind: reading.message.kind,
      body: JSON.stringify(body),
      message: reading.message,
      receivedAt,
      actor: { type: 'api_key', id: 'test' },
    });
  }

  async join(devEui: string, devAddr: string, atS: number, deduplicationId: string = randomUUID()) {
    const body = { deduplicationId, time: addSeconds(T0, atS), deviceInfo: { devEui, tags: {} }, devAddr };
    return this.sendBody('join', body, addSeconds(T0, atS));
  }

  start(options: Partial<SensorProcessOptions> = {}): SensorProcess {
    const process = this.newProcess(options);
    const stop = new AbortController();
    const ended = process.run(stop.signal);
    // A failure is seen where the process is ended.
    ended.catch(() => undefined);
    this.#running = {
      process,
      end: async () => {
        stop.abort();
        await ended;
      },
    };
    return process;
  }

  newProcess(options: Partial<SensorProcessOptions> = {}): SensorProcess {
    return new SensorProcess({
      store: this.store,
      handlers: createHandlers({ store: this.store, softwareVersion: 'test' }),
      decoder: frameDecoder,
      tables: this.tables,
      now: () => this.now,
      owner: `owner-${randomUUID()}`,
      leaseMs: 500,
      commitIntervalMs: 0,
      headIntervalMs: 5,
      silenceIntervalMs: 5,
      ...options,
    });
  }

  async end(): Promise<void> {
    await this.#running?.end();
    this.#running = null;
  }

  /** Until everything that is in the log has been handled and written. */
  async settle(process = this.#running?.process, timeoutMs = 10_000): Promise<void> {
    if (process === undefined) throw new Error('nothing is running');
    const giveUp = AbortSignal.timeout(timeoutMs);
    const passed = await process.passed(await this.store.head('frames'), giveUp);
    if (!passed) throw new Error('the sensor process did not pass the head in time');
    while (process.status().open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** Until every silence that is due has been told. */
  async settleSilences(timeoutMs = 10_000): Promise<void> {
    await this.settle();
    const giveUp = AbortSignal.timeout(timeoutMs);
    while ((await this.tables.silentBy(this.now, 1)).length > 0) {
      giveUp.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await this.settle();
  }

  /** Domain events without what differs between two runs of the same history. */
  async domainEvents(): Promise<readonly { stream: string; type: string; data: unknown; id: string }[]> {
    return (await allEvents(this.store)).map(({ stream, type, data, id }) => ({ stream, type, data, id }));
  }

  async occupancy(code: string) {
    const { state } = await this.handlers.space.load(TENANT, this.spaceOf(code));
    return state.status === 'unregistered' ? null : state.occupancy;
  }

  #context(label: string) {
    const commandId = derivedId(TENANT, label);
    return {
      tenantId: TENANT,
      commandId,
      correlationId: commandId,
      actor: { type: 'system', id: 'test' },
      decidedAt: this.now,
    } as const;
  }
}

export function newIntake(store: EventStore): Intake {
  return new Intake({
    store,
    softwareVersion: 'test',
    hashBody: (body) => createHash('sha256').update(body).digest('hex'),
    newEventId: randomUUID,
    recentFrames: 10,
  });
}

export async function allEvents(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of store.readAll({ categories: domainCategories })) events.push(...page);
  return events;
}

/** All in memory. */
export class CarPark extends AnyCarPark<MemoryStore, MemorySensorTables> {
  constructor(store?: MemoryStore, tables = new MemorySensorTables()) {
    super(store ?? openMemoryStore({ now: () => Date.parse(this.now) }), tables);
  }

  /** The same history; what the sensor process had made of it is gone. */
  withEmptyTables(): CarPark {
    const park = new CarPark(this.store);
    park.now = this.now;
    return park;
  }

  outcomes(): readonly string[] {
    return this.tables.allReadings().map(({ outcome }) => outcome);
  }
}
