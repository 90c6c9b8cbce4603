import { WrongExpectedRevisionError } from '../../../application/ports/event-store/errors.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { collect, sample } from './samples.ts';

/** Reads the last count, appends the next one with an exact revision, and tries again after a true conflict. */
export async function increment(store: EventStore, stream: StreamName): Promise<void> {
  for (;;) {
    const [last] = await collect(store.readStream(stream, { direction: 'backwards', limit: 1 }));
    const count = typeof last?.data['count'] === 'number' ? last.data['count'] : 0;
    try {
      await store.append(stream, [sample({ count: count + 1 })], { expected: last?.revision ?? 'no_stream' });
      return;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError)) throw error;
    }
  }
}
