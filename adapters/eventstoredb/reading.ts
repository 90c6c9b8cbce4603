import { logOfAll } from '../../application/ports/event-store/categories.ts';
import {
  type ReadAllOptions,
  type ReadStreamOptions,
} from '../../application/ports/event-store/event-store.ts';
import { ForeignPositionError, type Position } from '../../application/ports/event-store/position.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type RawPosition } from './append-answer.ts';
import { readAllRequest, readStreamRequest } from './read-request.ts';
import { READ_STALL_MS, type ReadTask } from './reader.ts';
import { isBehind, SCAN_STALL_MS, serverPosition } from './tail.ts';

/** What the port asks of one stream, as a task; null where the answer is nothing and the server need not be asked. */
export function streamTask(stream: StreamName, options: ReadStreamOptions): ReadTask | null {
  const { direction = 'forwards', limit = Infinity, signal } = options;
  const from = options.from ?? (direction === 'forwards' ? 'start' : 'end');
  // The server refuses a read of no events, and a read forwards from the end.
  if (limit <= 0 || (direction === 'forwards' && from === 'end')) return null;
  const forwards = direction === 'forwards';
  let lastRead: number | null = null;
  return {
    stream,
    limit: !forwards && from === 'start' ? 1 : limit,
    stallMs: READ_STALL_MS,
    signal,
    // Going on after a lost connection: the server includes the last event that was read, and it is skipped.
    request: (last, left) => {
      lastRead = last?.revision ?? null;
      return readStreamRequest(stream, lastRead ?? from, direction, lastRead === null ? left : left + 1);
    },
    skip: ({ revision }) => lastRead !== null && (forwards ? revision <= lastRead : revision >= lastRead),
  };
}

/** What the port asks of a log. The filter works in the server, backwards as well. */
export function logTask(options: ReadAllOptions, storeId: string): ReadTask | null {
  const { categories, direction = 'forwards', limit = Infinity, signal } = options;
  logOfAll(categories);
  const from = options.from ?? (direction === 'forwards' ? 'start' : 'end');
  if (typeof from === 'object' && from.storeId !== storeId) {
    throw new ForeignPositionError(storeId, from.storeId);
  }
  const nothing = direction === 'forwards' ? 'end' : 'start';
  const start = serverPosition(from);
  if (limit <= 0 || start === nothing) return null;
  let excluded: RawPosition | null = typeof start === 'object' ? start : null;
  return {
    stream: null,
    limit,
    stallMs: SCAN_STALL_MS,
    signal,
    request: (last, left) => {
      const at: Position | typeof start = last?.position ?? start;
      excluded = typeof at === 'object' ? at : null;
      return readAllRequest(categories, at, direction, left + 1);
    },
    skip: (event) => direction === 'forwards' && excluded !== null && !isBehind(event.position, excluded),
  };
}
