import { describe, expect, it } from 'vitest';
import { OutcomeUnknownError } from '../../../application/ports/event-store/errors.ts';
import { type Harness } from './harness.ts';
import { collect, freshStream, idsOf, sample, samples, sleep } from './samples.ts';

export function outcomeCases(harness: () => Harness): void {
  describe('patience', () => {
    it('rejects with the reason of an aborted signal, and the store goes on working', async () => {
      const { store } = harness();
      const stream = freshStream();
      const reason = new Error('the caller has gone');
      const options = { expected: 'no_stream', signal: AbortSignal.abort(reason) } as const;
      await expect(store.append(stream, [sample()], options)).rejects.toBe(reason);
      await expect(store.append(freshStream(), [sample()], { expected: 'no_stream' })).resolves.toBeDefined();
    });

    it('settles when the signal aborts during the append, and a repeat finds out what happened', async () => {
      const { store } = harness();
      const reason = new Error('the caller has gone');
      for (let i = 0; i < 20; i += 1) {
        const stream = freshStream();
        const events = samples(3);
        const abort = new AbortController();
        const attempt = store.append(stream, events, { expected: 'no_stream', signal: abort.signal });
        if (i % 2 === 0) await Promise.resolve();
        abort.abort(reason);
        const [outcome] = await Promise.allSettled([attempt]);
        if (outcome.status === 'rejected') expect(outcome.reason).toBe(reason);
        await expect(store.append(stream, events, { expected: 'no_stream' })).resolves.toMatchObject({
          revision: 2,
        });
        expect(idsOf(await collect(store.readStream(stream)))).toEqual(idsOf(events));
      }
    });

    it('says outcome-unknown when its time is up, and a repeat finds out what happened', async () => {
      const { store } = harness();
      let unknown = 0;
      for (let i = 0; i < 20; i += 1) {
        const stream = freshStream();
        const events = samples(200);
        const attempt = store.append(stream, events, { expected: 'no_stream', timeoutMs: 0 });
        // An answer may have been quicker than the timer: then there is nothing to find out.
        await attempt.catch((error: unknown) => {
          expect(error).toBeInstanceOf(OutcomeUnknownError);
          unknown += 1;
        });
        await expect(store.append(stream, events, { expected: 'no_stream' })).resolves.toMatchObject({
          revision: 199,
        });
        expect(await collect(store.readStream(stream))).toHaveLength(200);
      }
      expect(unknown).toBeGreaterThanOrEqual(0);
    });

    it('keeps no timer or listener of an append that was answered', async () => {
      const { store } = harness();
      const abort = new AbortController();
      const stream = freshStream();
      await store.append(stream, [sample()], { expected: 'no_stream', timeoutMs: 30, signal: abort.signal });
      await sleep(60);
      abort.abort(new Error('too late to matter'));
      expect(await collect(store.readStream(stream))).toHaveLength(1);
    });
  });
}
