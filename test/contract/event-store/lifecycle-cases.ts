import { describe, expect, it } from 'vitest';
import { readPositionToken, positionToken } from '../../../application/ports/event-store/position.ts';
import { followFromHead } from './following.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, sample, samples } from './samples.ts';

export function lifecycleCases(harness: () => Harness): void {
  describe('clients', () => {
    it('know one store by one id', async () => {
      const { store, another } = harness();
      expect(store.storeId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect((await another()).storeId).toBe(store.storeId);
      expect((await Promise.all([another(), another(), another()])).map((client) => client.storeId)).toEqual(
        Array.from({ length: 3 }, () => store.storeId),
      );
    });

    it('understand each other’s positions', async () => {
      const { store, another } = harness();
      const client = await another();
      const { position } = await store.append(freshStream(), [sample()], { expected: 'no_stream' });
      if (position === null) throw new Error('a position was expected');
      const token = readPositionToken(positionToken(position), client.storeId);
      expect(token).toEqual({ ok: true, position });
      const later = samples(2);
      await client.append(freshStream(), later, { expected: 'no_stream' });
      const read = await collect(client.readAll({ categories: ['space'], from: position }));
      expect(read.map((event) => event.id)).toEqual(later.map((event) => event.id));
    });

    it('answer a ping with the milliseconds it took', async () => {
      const ms = await harness().store.ping();
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThan(5000);
    });

    it('reject everything once they are closed, and leave the others alone', async () => {
      const { store, underTest } = harness();
      const client = await underTest.open();
      const following = await followFromHead(client);
      await following.caughtUp();
      const stream = freshStream();
      await client.append(stream, [sample()], { expected: 'no_stream' });
      await client.close();
      await client.close();
      await expect(client.append(stream, [sample()], { expected: 0 })).rejects.toThrow();
      await expect(collect(client.readStream(stream))).rejects.toThrow();
      await expect(collect(client.readAll({ categories: ['space'] }))).rejects.toThrow();
      await expect(client.head('domain')).rejects.toThrow();
      await expect(client.ping()).rejects.toThrow();
      await expect(client.retain(freshStream('frames'), 60)).rejects.toThrow();
      // A normal end would look like a cancellation, and nobody asked for one.
      await following.until((f) => f.ending !== 'running').catch(() => undefined);
      expect(following.ending).toHaveProperty('error');
      await expect(store.append(stream, [sample()], { expected: 0 })).resolves.toMatchObject({ revision: 1 });
    });
  });
}
