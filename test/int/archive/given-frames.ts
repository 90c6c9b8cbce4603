import { frameDay } from '../../../application/archive/frame-day.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { epochMs } from '../../../domain/time/instant.ts';
import { collect } from '../../contract/event-store/samples.ts';
import { archiving, frameTime, TestClock } from '../../support/frame-archiving.ts';
import { sendFrames } from '../../support/sent-frames.ts';
import { type StoreDatabase } from '../postgres-store/support.ts';

export { DAY_S, frameTime, POLICY_S, withChanges } from '../../support/frame-archiving.ts';

/** A tenant with so many frames on each of these days, received and stored then. */
export async function archivingFrames(database: StoreDatabase, days: readonly number[], count = 3) {
  const clock = new TestClock(frameTime(days[0] ?? 0));
  const store = await database.open({ now: clock.date });
  const scene = await archiving(store, clock);
  for (const day of days) {
    clock.set(frameTime(day));
    await sendFrames(store, scene.tenantId, { at: frameTime(day), count });
  }
  return { ...scene, clock, store };
}

export function storedFrames(store: EventStore, tenantId: string, day: number): Promise<RecordedEvent[]> {
  return collect(store.readStream(frameDay(tenantId, epochMs(frameTime(day))).stream));
}
