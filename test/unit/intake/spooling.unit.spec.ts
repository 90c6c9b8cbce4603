import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { type DiskSpool } from '../../../adapters/spool/disk-spool.ts';
import { FrameRetention } from '../../../application/intake/frame-retention.ts';
import { Intake } from '../../../application/intake/intake.ts';
import { Shelter } from '../../../application/intake/shelter.ts';
import { SpoolDrain } from '../../../application/intake/spool-drain.ts';
import {
  InvalidEventError,
  OutcomeUnknownError,
  StoreAccessDeniedError,
  StoreUnavailableError,
  WrongExpectedRevisionError,
} from '../../../application/ports/event-store/errors.ts';
import { type AppendOptions, type AppendResult } from '../../../application/ports/event-store/event-store.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { SpoolRoom } from '../spool/given-spool.ts';
import { received, TENANT } from './messages.ts';

const PATIENCE_MS = 150;

/** A store that is well, answers with an error, or does not answer at all. */
class MoodyStore extends MemoryStore {
  mood: 'well' | 'hangs' | Error | ((events: readonly NewEvent[]) => Error | null) = 'well';
  readonly asked: string[] = [];

  override async append(
    stream: StreamName,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<AppendResult> {
    this.asked.push(events.map(({ id }) => id).join());
    if (this.mood === 'hangs') return new Promise(() => undefined);
    const failure = typeof this.mood === 'function' ? this.mood(events) : this.mood;
    if (failure instanceof Error) throw failure;
    return super.append(stream, events, options);
  }
}

let room: SpoolRoom;
let spool: DiskSpool;
let store: MoodyStore;
let shelter: Shelter;
let intake: Intake;
let drain: SpoolDrain;
let changes: boolean[];

beforeEach(async () => {
  room = await SpoolRoom.create();
  await begin();
});
afterEach(() => room.remove());

async function begin(maxBytes = 1_048_576): Promise<void> {
  spool = await room.open(randomUUID(), { maxBytes });
  store = new MoodyStore();
  changes = [];
  shelter = new Shelter(spool, {
    outageBegan: () => changes.push(true),
    outageEnded: () => changes.push(false),
  });
  intake = new Intake({
    store,
    shelter,
    softwareVersion: 'test',
    hashBody: (body) => `hash of ${body}`,
    newEventId: randomUUID,
    limits: { patienceMs: PATIENCE_MS },
  });
  drain = new SpoolDrain({ store, shelter, retention: new FrameRetention({ store }), timeoutMs: 50 });
}

async function storedFrames(): Promise<string[]> {
  const found: string[] = [];
  for await (const page of store.readAll({ categories: ['frames'] }))
    for (const { data } of page) found.push(JSON.stringify(data['frame_id']).slice(1, -1));
  return found;
}

async function timed<T>(act: Promise<T>): Promise<{ result: T; ms: number }> {
  const began = performance.now();
  return { result: await act, ms: performance.now() - began };
}

describe('the intake beside a store that is away', () => {
  it.each([
    ['does not answer', 'hangs'],
    ['cannot be reached', new StoreUnavailableError('away')],
    ['leaves outcomes unknown', new OutcomeUnknownError('lost')],
    ['refuses the credentials', new StoreAccessDeniedError('no')],
    ['fails in a way that nobody has thought of', new Error('surprise')],
  ] as const)(
    'spools what a store that %s has not taken in time, and waits for no store after that',
    async (_, mood) => {
      store.mood = mood;
      const first = await timed(intake.receive(TENANT, received()));
      expect(first.result.duplicate).toBe(false);
      expect(first.ms).toBeGreaterThan(PATIENCE_MS * 0.4);
      expect(shelter.isStoreAway).toBe(true);
      const asked = store.asked.length;
      const others = await timed(
        Promise.all(Array.from({ length: 50 }, () => intake.receive(TENANT, received()))),
      );
      expect(others.ms).toBeLessThan(PATIENCE_MS);
      expect(store.asked.length).toBe(asked);
      expect(spool.status().frames).toBe(51);
      store.mood = 'well';
      expect(await drain.drainAll()).toBe('empty');
      const frameIds = [first, ...others.result.map((result) => ({ result }))].map(
        ({ result }) => result.frameId,
      );
      expect(await storedFrames()).toEqual(frameIds);
      expect(changes).toEqual([true, false]);
      await intake.receive(TENANT, received());
      expect(spool.status().frames).toBe(0);
    },
  );

  it('spools an append of unknown outcome as the batch that it was, with the same ids', async () => {
    store.mood = new OutcomeUnknownError('lost');
    await Promise.all(Array.from({ length: 5 }, () => intake.receive(TENANT, received())));
    store.mood = 'well';
    await drain.drainAll();
    const batches = store.asked.filter((ids) => ids.includes(','));
    expect(new Set(batches).size).toBe(1);
    expect(batches.length).toBeGreaterThan(1);
  });

  it('knows a frame that it has spooled', async () => {
    store.mood = 'hangs';
    const message = received();
    const { frameId } = await intake.receive(TENANT, message);
    expect(await intake.receive(TENANT, message)).toEqual({ frameId, duplicate: true });
    expect(spool.status().frames).toBe(1);
  });

  it('refuses a frame that no store takes, and spools nothing of it', async () => {
    store.mood = (events) =>
      events.some(({ data }) => data['payload'] === 'BAD=') ? new InvalidEventError('no') : null;
    const answers = await Promise.allSettled(
      ['AQ==', 'BAD=', 'Ag=='].map((payload) => intake.receive(TENANT, received({ payload }))),
    );
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(spool.status().frames).toBe(0);
  });

  it('is unavailable only when the spool is full as well, and takes frames again as it empties', async () => {
    await begin(3_000);
    store.mood = 'hangs';
    const accepted: string[] = [];
    const body = 'x'.repeat(700);
    let refusal: unknown = null;
    while (refusal === null) {
      await intake.receive(TENANT, received({}, body)).then(
        ({ frameId }) => accepted.push(frameId),
        (error: unknown) => (refusal = error),
      );
    }
    expect(refusal).toBeInstanceOf(StoreUnavailableError);
    expect(accepted.length).toBeGreaterThan(0);
    expect(spool.status().isFull).toBe(true);
    store.mood = 'well';
    await drain.drainAll();
    expect(await storedFrames()).toEqual(accepted);
    await intake.receive(TENANT, received());
  });

  it('tells since when the oldest frame has been waiting, in flight or spooled', async () => {
    store.mood = 'hangs';
    const waiting = intake.receive(TENANT, received());
    expect([...intake.oldestInFlightByTenant().keys()]).toEqual([TENANT.replaceAll('-', '')]);
    await waiting;
    expect(intake.oldestInFlightByTenant().size).toBe(0);
    expect([...spool.oldestByTenant().keys()]).toEqual([TENANT.replaceAll('-', '')]);
  });
});

describe('the drain', () => {
  it('goes on trying until the store is back, in order', async () => {
    store.mood = 'hangs';
    const frameIds: string[] = [];
    for (let n = 0; n < 3; n += 1) frameIds.push((await intake.receive(TENANT, received())).frameId);
    store.mood = new StoreUnavailableError('away');
    const stop = new AbortController();
    const running = drain.run(stop.signal);
    await expect.poll(() => store.asked.length).toBeGreaterThan(2);
    expect(spool.status().frames).toBe(3);
    store.mood = 'well';
    await expect.poll(() => spool.status().frames, { timeout: 5_000 }).toBe(0);
    stop.abort();
    await running;
    expect(await storedFrames()).toEqual(frameIds);
    expect(shelter.isStoreAway).toBe(false);
  });

  it('sends events one by one where the store has some of them already', async () => {
    store.mood = 'hangs';
    await Promise.all(Array.from({ length: 4 }, () => intake.receive(TENANT, received())));
    store.mood = (events) =>
      events.length > 1 ? new WrongExpectedRevisionError('frames-x' as StreamName, 'any', 1) : null;
    expect(await drain.drainAll()).toBe('empty');
    expect((await storedFrames()).length).toBe(4);
  });

  it('puts apart what no store takes, and goes on with the next', async () => {
    store.mood = 'hangs';
    await intake.receive(TENANT, received({ payload: 'BAD=' }));
    const good = await intake.receive(TENANT, received());
    store.mood = (events) =>
      events.some(({ data }) => data['payload'] === 'BAD=') ? new InvalidEventError('no') : null;
    expect(await drain.drainAll()).toBe('empty');
    expect(await storedFrames()).toEqual([good.frameId]);
    expect(room.damages.map(({ kind }) => kind)).toEqual(['refused']);
  });

  it('sets the retention of a stream whose frames it brought', async () => {
    store.mood = 'hangs';
    await intake.receive(TENANT, received());
    const retained: StreamName[] = [];
    store.retain = (stream) => {
      retained.push(stream);
      return Promise.resolve();
    };
    store.mood = 'well';
    await drain.drainAll();
    expect(retained).toEqual([`frames-${TENANT.replaceAll('-', '')}-20260301`]);
  });
});
