import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { decode, sizeOf, type EventRow } from './decode.ts';
import { type Statement } from './query.ts';
import { type ReadingContext } from './reading-context.ts';

export interface LogEvents {
  readonly events: readonly RecordedEvent[];
  readonly bytes: number;
}

const NAMELESS = '' as StreamName;

/** The events that a statement selects, of any streams: names that nobody has asked for yet are put in at the end. */
export async function logEvents(context: ReadingContext, statement: Statement): Promise<LogEvents> {
  const { names, storeId } = context;
  const events: RecordedEvent[] = [];
  const nameless = new Map<string, number[]>();
  let bytes = 0;
  await context.stream<EventRow>(statement, (row) => {
    const number = row[7];
    const name = names.known(number);
    if (name === undefined) {
      const places = nameless.get(number);
      if (places === undefined) nameless.set(number, [events.length]);
      else places.push(events.length);
    }
    bytes += sizeOf(row);
    events.push(decode(row, name ?? NAMELESS, storeId));
  });
  if (nameless.size > 0) await giveNames(context, events, nameless);
  return { events, bytes };
}

async function giveNames(
  { names }: ReadingContext,
  events: RecordedEvent[],
  nameless: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  for (const [number, stream] of await names.load([...nameless.keys()])) {
    for (const place of nameless.get(number) ?? []) {
      const event = events[place];
      if (event !== undefined) events[place] = { ...event, stream };
    }
  }
}
