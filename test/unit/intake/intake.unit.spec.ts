import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { Intake, type IntakeOptions } from '../../../application/intake/intake.ts';
import { OutcomeUnknownError, StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { GatedStore } from './gated-store.ts';
import { NOON, OTHER, received, TENANT } from './messages.ts';

function intakeOn(store: EventStore, options: Partial<IntakeOptions> = {}): Intake {
  return new Intake({
    store,
    softwareVersion: 'test',
    hashBody: (body) => `hash of ${body}`,
    newEventId: randomUUID,
    ...options,
  });
}

async function frames(store: EventStore): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const page of store.readAll({ categories: ['frames'] })) found.push(...page);
  return found;
}

describe('the intake', () => {
  it('keeps the message word for word, in the stream of the tenant and the day of receipt', async () => {
    const store = openMemoryStore();
    const body = '{ "any" : "thing, \\ud800 \u2028" }';
    const receipt = await intakeOn(store).receive(TENANT, received({ deduplicationId: 'd1' }, body));
    const [frame] = await frames(store);
    expect(frame?.stream).toBe(`frames-${TENANT.replaceAll('-', '')}-20260301`);
    expect(frame?.data).toMatchObject({
      frame_id: receipt.frameId,
      delivery_key: 'd1',
      envelope: body,
      times: { network: NOON, received: NOON },
    });
    expect(frame?.metadata).toMatchObject({ tenant_id: TENANT, $correlationId: receipt.frameId });
  });

  it('knows a second delivery by kind and id, not by the id alone, and never across tenants', async () => {
    const store = openMemoryStore();
    const intake = intakeOn(store);
    const first = await intake.receive(TENANT, received({ deduplicationId: 'd1' }));
    expect(first.duplicate).toBe(false);
    const again = await intake.receive(TENANT, received({ deduplicationId: 'd1' }));
    expect(again).toEqual({ frameId: first.frameId, duplicate: true });
    const ack = await intake.receive(TENANT, received({ kind: 'ack', deduplicationId: 'd1' }));
    const foreign = await intake.receive(OTHER, received({ deduplicationId: 'd1' }));
    expect([ack.duplicate, foreign.duplicate]).toEqual([false, false]);
    expect(new Set([first.frameId, ack.frameId, foreign.frameId]).size).toBe(3);
  });

  it('stores a message once that comes twice at the same time', async () => {
    const store = new GatedStore();
    const intake = intakeOn(store);
    const both = [1, 2].map(() => intake.receive(TENANT, received({ deduplicationId: 'd1' })));
    await store.release();
    expect((await Promise.all(both)).map(({ duplicate }) => duplicate)).toEqual([false, true]);
    expect(await frames(store)).toHaveLength(1);
  });

  it('knows a message without an id by its body', async () => {
    const intake = intakeOn(openMemoryStore());
    const one = await intake.receive(TENANT, received({ deduplicationId: null }, 'a'));
    const same = await intake.receive(TENANT, received({ deduplicationId: null }, 'a'));
    const other = await intake.receive(TENANT, received({ deduplicationId: null }, 'b'));
    expect(same).toEqual({ frameId: one.frameId, duplicate: true });
    expect(other.frameId).not.toBe(one.frameId);
  });

  it('gives each reception an event id of its own, also in another process', async () => {
    const store = openMemoryStore();
    const message = received({ deduplicationId: 'd1' });
    const first = await intakeOn(store).receive(TENANT, message);
    const second = await intakeOn(store).receive(TENANT, message);
    expect(second).toEqual({ frameId: first.frameId, duplicate: false });
    expect(new Set((await frames(store)).map(({ id }) => id)).size).toBe(2);
  });

  it('flags a network clock that is off by more than two minutes', async () => {
    const store = openMemoryStore();
    const intake = intakeOn(store);
    for (const network of [
      '2026-03-01T12:02:01Z',
      '2026-03-01T11:57:59Z',
      '2026-03-01T13:01:59+01:00',
      null,
    ]) {
      await intake.receive(TENANT, received({ times: { network, gateway: null, ns: null } }));
    }
    const flags = (await frames(store)).map(({ data }) => data['clock_suspect']);
    expect(flags).toEqual([true, true, undefined, undefined]);
  });

  it('puts all that wait for a tenant into one append, and keeps to the limits', async () => {
    const store = new GatedStore();
    const intake = intakeOn(store, { limits: { maxFrames: 10 } });
    const all = Array.from({ length: 25 }, () => intake.receive(TENANT, received()));
    const foreign = intake.receive(OTHER, received());
    expect(intake.inFlight).toBe(26);
    expect(intake.oldestInFlight()).toBe(NOON);
    await store.release();
    await foreign;
    await Promise.all(all);
    const counts = store.appends.map(({ count }) => count);
    expect(counts.sort((a, b) => b - a)).toEqual([10, 10, 5, 1]);
    expect(intake.oldestInFlight(TENANT)).toBeNull();
  });

  it('never puts more than 900 kB into one append', async () => {
    const store = new GatedStore();
    const intake = intakeOn(store);
    const body = JSON.stringify({ text: '"é'.repeat(10_000) });
    await Promise.all([
      ...Array.from({ length: 60 }, (_, i) =>
        intake.receive(TENANT, received({}, `${body}${' '.repeat(i)}`)),
      ),
      store.release(),
    ]);
    expect(Math.max(...store.appends.map(({ bytes }) => bytes))).toBeLessThan(900_000);
    expect(store.appends.length).toBeGreaterThan(4);
  });

  it('repeats an append of unknown outcome with the same ids', async () => {
    const store = new GatedStore();
    store.failNext(new OutcomeUnknownError('lost'), new StoreUnavailableError('away'));
    await Promise.all([intakeOn(store).receive(TENANT, received()), store.release()]);
    expect(new Set(store.appends.map(({ ids }) => ids)).size).toBe(1);
    expect(store.appends.length).toBe(3);
  });

  it('answers "unavailable" after its patience, to those that queue as well', async () => {
    const store = new GatedStore();
    const intake = intakeOn(store, { limits: { patienceMs: 100 } });
    const first = intake.receive(TENANT, received());
    await expect.poll(() => store.appends.length).toBe(1);
    const queued = Array.from({ length: 2 }, () => intake.receive(TENANT, received()));
    const answers = await Promise.allSettled([first, ...queued]);
    const reasons = answers.map((one) =>
      one.status === 'rejected' ? (one.reason as Error).name : 'accepted',
    );
    expect(reasons).toEqual(Array(3).fill('StoreUnavailableError'));
    expect(intake.inFlight).toBe(0);
    await store.release();
    const after = await intake.receive(TENANT, received());
    // What was under way may be stored; what nobody waits for any more is not begun.
    expect(store.appends.map(({ count }) => count)).toEqual([1, 1]);
    expect(after.duplicate).toBe(false);
  });

  it('does not count a frame as stored that was not', async () => {
    const store = new GatedStore();
    const intake = intakeOn(store, { limits: { patienceMs: 30 } });
    const message = received();
    await expect(intake.receive(TENANT, message)).rejects.toThrow(StoreUnavailableError);
    await store.release();
    expect((await intake.receive(TENANT, message)).duplicate).toBe(false);
  });

  it('keeps the other frames of a batch when the store refuses one', async () => {
    const store = new GatedStore();
    const intake = intakeOn(store);
    const first = intake.receive(TENANT, received());
    const good = intake.receive(TENANT, received());
    const bad = intake.receive(TENANT, received({ payload: 'refuse me' }));
    const answers = Promise.allSettled([first, good, bad]);
    await store.release();
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('sets the retention of a day’s stream once, and again when that failed', async () => {
    const store = new GatedStore();
    store.retainFails = true;
    const failures: unknown[] = [];
    const intake = intakeOn(store, { onRetentionFailure: (stream) => failures.push(stream) });
    await store.release();
    await intake.receive(TENANT, received());
    await expect.poll(() => failures.length).toBe(1);
    store.retainFails = false;
    await intake.receive(TENANT, received());
    await intake.receive(TENANT, received());
    expect(store.retained.map(([, seconds]) => seconds)).toEqual([104 * 86_400]);
  });
});
