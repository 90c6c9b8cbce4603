import { logOfAll } from '../../application/ports/event-store/categories.ts';
import {
  type ReadAllOptions,
  type ReadStreamOptions,
} from '../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { ForeignPositionError, type Position } from '../../application/ports/event-store/position.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type MemoryLog } from './memory-log.ts';

const PAGE = 500;
const BEYOND_ALL = 2n ** 63n;

/** Called before each page: rejects when the store cannot be read. */
export type Admit = () => Promise<void>;

type Pages = AsyncIterable<readonly RecordedEvent[]>;

export async function* readStreamPages(
  log: MemoryLog,
  stream: StreamName,
  options: ReadStreamOptions,
  admit: Admit,
): Pages {
  const { direction = 'forwards', limit = Infinity, signal } = options;
  let from = firstRevision(options.from, direction);
  for (let left = limit; left > 0;) {
    signal?.throwIfAborted();
    await admit();
    const page = log.streamPage(stream, from, direction, Math.min(PAGE, left));
    const last = page.at(-1);
    if (last === undefined) return;
    left -= page.length;
    yield page;
    from = direction === 'forwards' ? last.revision + 1 : last.revision - 1;
  }
}

export async function* readAllPages(log: MemoryLog, options: ReadAllOptions, admit: Admit): Pages {
  const { direction = 'forwards', limit = Infinity, signal } = options;
  const which = logOfAll(options.categories);
  const categories = new Set(options.categories);
  let from = firstPosition(options.from, direction, log.storeId);
  for (let left = limit; left > 0;) {
    signal?.throwIfAborted();
    await admit();
    const page = log.logPage(which, categories, from, direction, Math.min(PAGE, left));
    const last = page.at(-1);
    if (last === undefined) return;
    left -= page.length;
    yield page;
    from = last.position.commit;
  }
}

/** The number behind a position, refused when it is another store's. */
export function commitOf(position: Position, storeId: string): bigint {
  if (position.storeId !== storeId) throw new ForeignPositionError(storeId, position.storeId);
  return position.commit;
}

function firstRevision(from: ReadStreamOptions['from'], direction: 'forwards' | 'backwards'): number {
  if (from === 'start') return 0;
  if (from === 'end') return Number.MAX_SAFE_INTEGER;
  return from ?? (direction === 'forwards' ? 0 : Number.MAX_SAFE_INTEGER);
}

function firstPosition(
  from: ReadAllOptions['from'],
  direction: 'forwards' | 'backwards',
  storeId: string,
): bigint {
  if (from === 'start') return 0n;
  if (from === 'end') return BEYOND_ALL;
  if (from === undefined) return direction === 'forwards' ? 0n : BEYOND_ALL;
  return commitOf(from, storeId);
}
