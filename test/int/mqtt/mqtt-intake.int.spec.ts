import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MemoryStore, openMemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { StoreUnavailableError, InvalidEventError } from '../../../application/ports/event-store/errors.ts';
import { FrameRetention } from '../../../application/intake/frame-retention.ts';
import { Intake } from '../../../application/intake/intake.ts';
import { Shelter } from '../../../application/intake/shelter.ts';
import { SpoolDrain } from '../../../application/intake/spool-drain.ts';
import { Mosquitto, mosquittoIsAbsent, needsMosquitto } from '../../support/mosquitto.ts';
import { newIntake } from '../../unit/sensor-process/car-park.ts';
import { SpoolRoom } from '../../unit/spool/given-spool.ts';
import { DEV_EUI, Publisher, topicOf, uplink } from './published.ts';
import { framesOf, RunningIntake, SENDER } from './running-intake.ts';

describe.skipIf(mosquittoIsAbsent)(needsMosquitto('frames by MQTT'), () => {
  let broker: Mosquitto;
  let publisher: Publisher;
  let store: MemoryStore;
  let intake: RunningIntake;

  beforeEach(async () => {
    broker = await Mosquitto.start();
    publisher = await Publisher.connect(broker.url);
    store = openMemoryStore();
    intake = new RunningIntake(broker.url, store);
  });
  afterEach(async () => {
    await intake.stop();
    await publisher.end();
    await broker.remove();
  });

  const started = async (): Promise<void> => {
    intake.start();
    await expect.poll(() => intake.mqtt.isConnected, { timeout: 10_000 }).toBe(true);
  };
  const counters = async () => (await framesOf(store)).map(({ f_cnt }) => f_cnt);
  /** Each at least once: what was acknowledged in the moment in which a broker ends comes again. */
  const untilCounters = (wanted: readonly number[]) =>
    expect
      .poll(async () => [...new Set(await counters())].sort(byValue), { timeout: 10_000 })
      .toEqual(wanted);

  it('of every kind arrive, word for word, under the tenant of the key', async () => {
    await started();
    await publisher.publish(topicOf('up'), ` ${JSON.stringify(uplink(1))} `);
    await publisher.publish(topicOf('join'), { deviceInfo: { devEui: DEV_EUI }, devAddr: '01020304' });
    for (const event of ['status', 'ack', 'txack', 'log', 'location', 'integration', 'of-the-future']) {
      await publisher.publish(topicOf(event), { is: event });
    }
    await expect.poll(() => intake.count('stored')).toBe(9);
    const frames = await framesOf(store);
    expect(frames.map(({ kind }) => kind)).toEqual([
      ...['up', 'join', 'status', 'ack', 'txack', 'log', 'location', 'integration', 'of-the-future'],
    ]);
    expect(frames[0]).toMatchObject({
      envelope: ` ${JSON.stringify(uplink(1))} `,
      network: 'chirpstack',
      dev_eui: DEV_EUI,
      delivery_key: uplink(1)['deduplicationId'],
    });
    for (const { dev_eui } of frames) expect(dev_eui).toBe(DEV_EUI);
    expect(intake.count('unconfirmed')).toBe(0);
  });

  it('that were published while we were away arrive when we are back', async () => {
    await started();
    await intake.stop();
    await publisher.publishUplinks(1, 100);
    expect(await counters()).toEqual([]);
    await started();
    await untilCounters(range(1, 100));
    expect(intake.said.filter((one) => one.startsWith('connected'))).toEqual([
      'connected anew',
      'connected again',
    ]);
  });

  it('outlive a restart of the broker, with us connected and with us away', async () => {
    await started();
    await publisher.publishUplinks(1, 10);
    await untilCounters(range(1, 10));
    await broker.end();
    await expect.poll(() => intake.mqtt.isConnected).toBe(false);
    expect(intake.mqtt.problem).not.toBeNull();
    await broker.begin();
    await expect.poll(() => intake.mqtt.isConnected, { timeout: 10_000 }).toBe(true);
    await publisher.publishUplinks(11, 10);
    await untilCounters(range(1, 20));
    await intake.stop();
    await publisher.publishUplinks(21, 10);
    await broker.end();
    await broker.begin();
    await started();
    await untilCounters(range(1, 30));
  });

  it('are acknowledged when they are durable and not before: what was not is delivered again', async () => {
    const gate = held();
    const inner = newIntake(store);
    intake = new RunningIntake(broker.url, store, {
      intake: {
        receive: async (tenantId, received) => {
          await gate.open;
          return inner.receive(tenantId, received);
        },
      },
    });
    await started();
    await publisher.publishUplinks(1, 5);
    await sleep(200);
    await broker.end();
    await broker.begin();
    await expect.poll(() => intake.count('connected'), { timeout: 10_000 }).toBe(2);
    gate.release();
    await untilCounters(range(1, 5));
    // Delivered twice, to one process: recognised, and stored once.
    await expect.poll(() => intake.count('duplicate')).toBe(5);
    await intake.stop();
    intake = new RunningIntake(broker.url, store);
    await started();
    await publisher.publish(topicOf('up'), uplink(6));
    await untilCounters(range(1, 6));
  });

  it('that cannot be read are kept, and hold up nobody', async () => {
    await started();
    const protobuf = Buffer.from('0a2433623234313130311a0208b6', 'hex');
    await publisher.publish(topicOf('up'), protobuf);
    await publisher.publish(topicOf('up'), 'hello');
    await publisher.publish(topicOf('up'), '');
    await publisher.publish(topicOf('up'), { deviceInfo: {} });
    await publisher.publish(topicOf('up', 'no-eui'), Buffer.alloc(100_000, 0x7b));
    await publisher.publish(topicOf('up'), uplink(1));
    await expect.poll(() => intake.count('stored')).toBe(1);
    const frames = await framesOf(store);
    expect(frames.map(({ kind }) => kind)).toEqual([...Array<string>(5).fill('unreadable'), 'up']);
    expect(frames[0]?.dev_eui).toBe(DEV_EUI);
    expect(JSON.parse(frames[0]?.envelope ?? '')).toMatchObject({
      problem: expect.stringMatching(/Protobuf.*json=true/) as string,
      payload_base64: protobuf.toString('base64'),
    });
    expect(intake.count('cannot read')).toBe(5);
    await intake.stop();
    // They were acknowledged: nothing of them comes again.
    const kept = intake.said.length;
    await started();
    await sleep(300);
    expect(intake.said.slice(kept)).toEqual(['connected again']);
  });

  it('that no store could ever take are acknowledged, and told of', async () => {
    const inner = newIntake(store);
    intake = new RunningIntake(broker.url, store, {
      intake: {
        receive: (tenantId, received) =>
          received.message.fCnt === 1
            ? Promise.reject(new InvalidEventError('never'))
            : inner.receive(tenantId, received),
      },
    });
    await started();
    await publisher.publishUplinks(1, 3);
    await untilCounters([2, 3]);
    expect(intake.count('refused')).toBe(1);
  });

  it('wait at the broker while neither store nor spool takes them', async () => {
    let isAway = true;
    const inner = newIntake(store);
    intake = new RunningIntake(broker.url, store, {
      intake: {
        receive: (tenantId, received) =>
          isAway ? Promise.reject(new StoreUnavailableError('away')) : inner.receive(tenantId, received),
      },
    });
    await started();
    await publisher.publishUplinks(1, 20);
    await expect.poll(() => intake.count('delayed')).toBeGreaterThanOrEqual(20);
    await intake.stop();
    isAway = false;
    await started();
    await untilCounters(range(1, 20));
  });

  it('are acknowledged when the spool has them while the store is away, and drained from there', async () => {
    const room = await SpoolRoom.create();
    const spool = await room.open('us');
    const shelter = new Shelter(spool);
    const sheltered = new Intake({
      store,
      shelter,
      softwareVersion: 'test',
      hashBody: (body) => `hash of ${body}`,
      newEventId: randomUUID,
      limits: { patienceMs: 100 },
    });
    intake = new RunningIntake(broker.url, store, { intake: sheltered });
    store.setFaults({ seed: 1, unavailable: 1 });
    await started();
    await publisher.publishUplinks(1, 50);
    await expect.poll(() => intake.count('stored'), { timeout: 10_000 }).toBe(50);
    expect(spool.status().frames).toBe(50);
    // The broker has let go of them: with the store still away, nothing comes again.
    await intake.stop();
    await started();
    await sleep(200);
    expect([intake.count('stored'), intake.count('duplicate')]).toEqual([50, 0]);
    store.setFaults(null);
    const drain = new SpoolDrain({ store, shelter, retention: new FrameRetention({ store }) });
    expect(await drain.drainAll()).toBe('empty');
    await untilCounters(range(1, 50));
    await spool.close();
    await room.remove();
  });

  it('are on their way together, as many as we said and no more', async () => {
    let most = 0;
    let underWay = 0;
    const inner = newIntake(store);
    const receiveMaximum = 7;
    intake = new RunningIntake(broker.url, store, {
      broker: {
        url: broker.url,
        clientId: 'bayledger',
        topic: 'application/+/device/+/event/+',
        receiveMaximum,
      },
      intake: {
        receive: async (tenantId, received) => {
          underWay += 1;
          most = Math.max(most, underWay);
          await sleep(20);
          underWay -= 1;
          return inner.receive(tenantId, received);
        },
      },
    });
    await started();
    await publisher.publishUplinks(1, 100);
    await untilCounters(range(1, 100));
    expect(most).toBe(receiveMaximum);
  });

  it('without confirmation are taken, and told of', async () => {
    await started();
    await publisher.publish(topicOf('up'), uplink(1), 0);
    await untilCounters([1]);
    expect(intake.count('unconfirmed')).toBe(1);
  });

  it('reach the store though two processes with one client id throw each other out', async () => {
    await started();
    const other = new RunningIntake(broker.url, store);
    other.start();
    await expect.poll(() => intake.count('disconnected')).toBeGreaterThanOrEqual(1);
    expect(intake.said.join()).toContain('MQTT_CLIENT_ID');
    await publisher.publishUplinks(1, 50);
    await expect.poll(async () => new Set(await counters()).size, { timeout: 10_000 }).toBe(50);
    // Later each time: they do not spend their days on it.
    expect(intake.count('connected') + other.count('connected')).toBeLessThan(20);
    await other.stop();
  });

  it('belong to nobody when the key is none, and stay with the broker', async () => {
    let sender: typeof SENDER | null = SENDER;
    intake = new RunningIntake(broker.url, store, {
      sender: () => Promise.resolve(sender),
      askSenderEveryMs: 50,
    });
    await started();
    sender = null;
    await expect.poll(() => intake.mqtt.isConnected).toBe(false);
    expect(intake.mqtt.problem).toContain('MQTT_API_KEY');
    await publisher.publishUplinks(1, 3);
    await sleep(500);
    expect(await counters()).toEqual([]);
    sender = SENDER;
    await untilCounters(range(1, 3));
  });
});

describe.skipIf(mosquittoIsAbsent)(needsMosquitto('a broker'), () => {
  it('that refuses us is asked again, and named in the problem', async () => {
    const broker = await Mosquitto.start(['allow_anonymous false']);
    const intake = new RunningIntake(`mqtt://user:wr%40ng@127.0.0.1:${broker.port}`, openMemoryStore());
    intake.start();
    await expect.poll(() => intake.count('disconnected'), { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(intake.mqtt.problem).toMatch(/not authorized/i);
    expect(intake.said.join()).not.toContain('wr@ng');
    await intake.stop();
    await broker.remove();
  });

  it('that is not there is asked again until it is', async () => {
    const broker = await Mosquitto.start();
    await broker.end();
    const intake = new RunningIntake(broker.url, openMemoryStore());
    intake.start();
    await expect.poll(() => intake.count('disconnected')).toBeGreaterThanOrEqual(2);
    await broker.begin();
    await expect.poll(() => intake.mqtt.isConnected, { timeout: 10_000 }).toBe(true);
    await intake.stop();
    await broker.remove();
  });
});

const byValue = (a: number | undefined, b: number | undefined): number => (a ?? 0) - (b ?? 0);
const range = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i);

function held() {
  let release: () => void = () => undefined;
  const open = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { open, release };
}
