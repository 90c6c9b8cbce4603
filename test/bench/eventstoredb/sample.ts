import { randomUUID } from 'node:crypto';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';

/** About 500 bytes of data and metadata, as the events of a space have. */
export function benchEvent(): NewEvent {
  return {
    id: randomUUID(),
    type: 'OccupancyChanged',
    data: { space_id: randomUUID(), device_id: randomUUID(), occupied: true, note: 'x'.repeat(120) },
    metadata: {
      tenant_id: randomUUID(),
      command_id: randomUUID(),
      schema_version: 1,
      occurred_at: '2025-06-30T12:00:00.000Z',
      decided_at: '2025-06-30T12:00:00.250Z',
    },
  };
}

/** Calls `work` from so many callers at once, first to warm up and then for `seconds`; the rate of the latter. */
export async function rateOf(
  callers: number,
  seconds: number,
  work: (caller: number) => Promise<number>,
): Promise<number> {
  await during(callers, 1, work);
  const began = performance.now();
  const done = await during(callers, seconds, work);
  return done / ((performance.now() - began) / 1000);
}

async function during(
  callers: number,
  seconds: number,
  work: (caller: number) => Promise<number>,
): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let done = 0;
  const call = async (caller: number): Promise<void> => {
    while (performance.now() < end) {
      // Not `done += await`: that reads `done` before it waits, and forgets what the others counted meanwhile.
      const events = await work(caller);
      done += events;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return done;
}
