import {
  type AppendOptions,
  type EventStore,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../../application/ports/event-store/event-store.ts';
import { type NewEvent, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type DeviceTypesSeen } from './device-types-seen.ts';
import { type Metrics } from './metrics.ts';

/** Frames whose change of state is waited for. The oldest are forgotten: they changed nothing. */
const MAX_FRAMES = 20_000;

/** The same store, with its appends measured, and the way from a frame to the change that it causes. */
export function measuredStore(store: EventStore, metrics: Metrics, deviceTypes: DeviceTypesSeen): EventStore {
  const received = new Map<string, number>();
  const see = (event: RecordedEvent): void => {
    deviceTypes.see(event.stream, event);
    if (event.type === 'FrameReceived') remember(event, received);
  };
  return {
    get storeId() {
      return store.storeId;
    },
    append: async (stream: StreamName, events: readonly NewEvent[], options: AppendOptions) => {
      const stop = metrics.appendDuration.startTimer();
      metrics.appendBatchSize.observe(events.length);
      const result = await store.append(stream, events, options).finally(stop);
      for (const event of events) {
        deviceTypes.see(stream, event);
        observeChange(event, received, metrics);
      }
      return result;
    },
    readStream: (stream, options) => {
      const pages = store.readStream(stream, options);
      return stream.startsWith('device-') ? watchedPages(pages, see) : pages;
    },
    readAll: (options) => store.readAll(options),
    subscribe: (options: SubscribeOptions) => watched(store.subscribe(options), see),
    head: (log) => store.head(log),
    retain: (stream, maxAgeS) => store.retain(stream, maxAgeS),
    expire: (options) => store.expire(options),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}

type See = (event: RecordedEvent) => void;

async function* watched(
  messages: AsyncIterable<SubscriptionMessage>,
  see: See,
): AsyncGenerator<SubscriptionMessage, void, undefined> {
  for await (const message of messages) {
    if (message.type === 'events') message.events.forEach(see);
    yield message;
  }
}

async function* watchedPages(
  pages: AsyncIterable<readonly RecordedEvent[]>,
  see: See,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  for await (const page of pages) {
    page.forEach(see);
    yield page;
  }
}

function remember(event: RecordedEvent, received: Map<string, number>): void {
  const frameId = event.data['frame_id'];
  if (typeof frameId !== 'string') return;
  received.set(frameId, Date.parse(event.recordedAt));
  if (received.size <= MAX_FRAMES) return;
  const [oldest] = received.keys();
  if (oldest !== undefined) received.delete(oldest);
}

function observeChange(event: NewEvent, received: ReadonlyMap<string, number>, metrics: Metrics): void {
  if (event.type !== 'SpaceStateChanged') return;
  const frameId = event.metadata['$correlationId'];
  const at = typeof frameId === 'string' ? received.get(frameId) : undefined;
  // Two clocks: the store's stamped the frame, ours reads now.
  if (at !== undefined) metrics.uplinkToState.observe(Math.max(0, Date.now() - at) / 1000);
}
