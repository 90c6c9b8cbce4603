import { type PreparedAppend } from '../../application/ports/event-store/prepared-append.ts';

const MAX_APPENDS = 256;
const MAX_BYTES = 1024 * 1024;
/** Larger appends travel alone: others should not wait for them, nor be sent again with them. */
const LARGE_BYTES = 256 * 1024;

/** Takes the appends of the next batch from the front of the queue, in order. */
export function takeBatch<E extends { readonly append: PreparedAppend }>(queue: E[]): E[] {
  let bytes = 0;
  let size = 0;
  for (const { append } of queue) {
    const alone = append.bytes > LARGE_BYTES;
    if (size > 0 && (alone || size === MAX_APPENDS || bytes + append.bytes > MAX_BYTES)) break;
    bytes += append.bytes;
    size += 1;
    if (alone) break;
  }
  return queue.splice(0, size);
}
