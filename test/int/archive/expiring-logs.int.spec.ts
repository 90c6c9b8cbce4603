import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ExpiringLogs } from '../../../application/archive/expiring-logs.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { collect, samples } from '../../contract/event-store/samples.ts';
import { TestClock } from '../../support/frame-archiving.ts';
import { useStoreDatabase } from '../postgres-store/support.ts';

const T0 = '2026-03-15T12:00:00.000Z' as Instant;

describe('the logs of refusals and of reads of personal data', () => {
  const database = useStoreDatabase();

  const given = async () => {
    const clock = new TestClock(T0);
    const store = await database().open({ now: clock.date });
    const tenantId = randomUUID();
    const tenants = async function* () {
      yield await Promise.resolve({ tenantId, since: T0 });
    };
    const streams = {
      access: streamName('access', tenantId, '202603'),
      refusals: streamName('refusals', tenantId, '202603'),
    };
    return {
      clock,
      logs: (from: EventStore = store) => new ExpiringLogs(from, clock.now),
      store,
      streams,
      tenants,
    };
  };

  it('are kept for three years and for 400 days', async () => {
    const { clock, logs, store, streams, tenants } = await given();
    for (const stream of Object.values(streams))
      await store.append(stream, samples(2), { expected: 'no_stream' });
    expect(await logs().round(tenants())).toBe(2);
    const kept = async () => [
      (await collect(store.readStream(streams.refusals))).length,
      (await collect(store.readStream(streams.access))).length,
    ];
    clock.set(T0, 399);
    expect(await kept()).toEqual([2, 2]);
    clock.set(T0, 401);
    expect(await kept()).toEqual([0, 2]);
    clock.set(T0, 3 * 365 + 1);
    expect(await kept()).toEqual([0, 0]);
    // The day of both has passed for good, and its partitions go.
    clock.set(T0, 3 * 365 + 2);
    expect(await store.expire()).toBeGreaterThanOrEqual(2);
  });

  it('are told once in the life of a process, also those of months that a process before it left out', async () => {
    const { clock, logs, store, streams, tenants } = await given();
    const one = logs();
    expect(await one.round(tenants())).toBe(0);
    await store.append(streams.access, samples(1), { expected: 'no_stream' });
    expect(await one.round(tenants())).toBe(1);
    expect(await one.round(tenants())).toBe(0);
    clock.set(T0, 200);
    expect(await one.round(tenants())).toBe(0);
    expect(await logs().round(tenants())).toBe(1);
  });
});
