import { type Instant } from '../../domain/time/instant.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type RecordedEvent } from '../ports/event-store/events.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';

export interface CausedEvents {
  /** By frame id, in the order of their streams. */
  readonly byFrame: ReadonlyMap<string, readonly RecordedEvent[]>;
  /** A stream was too long to be read to its end. */
  readonly more: boolean;
}

const MOST_EVENTS = 2_000;
/** Our clock and the store's are not the same one. */
const CLOCKS_APART_MS = 60_000;

/**
 * What followed from frames in these streams: whatever comes of a frame carries its id as correlation (rule H2). Nothing
 * that a frame caused was recorded before it was received, so a stream is read from there on.
 */
export async function causedEvents(
  store: EventStore,
  streams: readonly StreamName[],
  frames: readonly { readonly frameId: string; readonly receivedAt: Instant }[],
): Promise<CausedEvents> {
  const byFrame = new Map<string, RecordedEvent[]>(frames.map(({ frameId }) => [frameId, []]));
  if (frames.length === 0) return { byFrame, more: false };
  const earliest = Math.min(...frames.map(({ receivedAt }) => Date.parse(receivedAt))) - CLOCKS_APART_MS;
  let more = false;
  for (const stream of streams) {
    let looked = 0;
    const from = await firstRecordedSince(store, stream, earliest);
    if (from === null) continue;
    for await (const page of store.readStream(stream, { from, limit: MOST_EVENTS })) {
      looked += page.length;
      for (const event of page) {
        const causedBy = event.metadata['$correlationId'];
        if (typeof causedBy === 'string') byFrame.get(causedBy)?.push(event);
      }
    }
    more ||= looked >= MOST_EVENTS;
  }
  return { byFrame, more };
}

/** By halving: a space's stream may be years long. Null: there is none. */
async function firstRecordedSince(
  store: EventStore,
  stream: StreamName,
  sinceMs: number,
): Promise<number | null> {
  const last = await one(store, stream, 'end');
  if (last === null || Date.parse(last.recordedAt) < sinceMs) return null;
  let [low, high] = [0, last.revision];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const event = await one(store, stream, middle);
    if (event === null || Date.parse(event.recordedAt) >= sinceMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function one(store: EventStore, stream: StreamName, at: number | 'end'): Promise<RecordedEvent | null> {
  const direction = at === 'end' ? 'backwards' : 'forwards';
  for await (const [event] of store.readStream(stream, { direction, from: at, limit: 1 }))
    return event ?? null;
  return null;
}
