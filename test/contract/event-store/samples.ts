import { randomUUID } from 'node:crypto';
import { type Category } from '../../../application/ports/event-store/categories.ts';
import { type NewEvent, type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { streamName, type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../../domain/canonical/json.ts';

/** A stream that nobody has written to. */
export function freshStream(category: Category = 'space', tenant: string = randomUUID()): StreamName {
  return streamName(category, tenant, randomUUID());
}

export function sample(data: JsonObject = { n: 1 }, overrides: Partial<NewEvent> = {}): NewEvent {
  return { id: randomUUID(), type: 'SampleHappened', data, metadata: { schema_version: 1 }, ...overrides };
}

/** Events numbered in their data from `first`. */
export function samples(count: number, first = 0): NewEvent[] {
  return Array.from({ length: count }, (_, index) => sample({ n: first + index }));
}

export async function collect(
  pages: AsyncIterable<readonly RecordedEvent[]>,
  atMost = Infinity,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of pages) {
    events.push(...page);
    if (events.length >= atMost) break;
  }
  return events;
}

export function numbersOf(events: readonly RecordedEvent[]): unknown[] {
  return events.map((event) => event.data['n']);
}

export function idsOf(events: readonly { readonly id: string }[]): string[] {
  return events.map((event) => event.id);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
