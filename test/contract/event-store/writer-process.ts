import { pathToFileURL } from 'node:url';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { increment } from './increment.ts';

/** One writer in a process of its own: opener module, its argument, stream, number of increments. */
const [module, argument, stream, increments] = process.argv.slice(2);
if (module === undefined || argument === undefined || stream === undefined) {
  throw new Error('usage: writer-process.ts MODULE ARGUMENT STREAM INCREMENTS');
}
const opener = (await import(pathToFileURL(module).href)) as {
  open(argument: string): Promise<EventStore>;
};
const store = await opener.open(argument);
for (let i = 0; i < Number(increments); i += 1) await increment(store, stream as StreamName);
await store.close();
