import { describe, expect, it } from 'vitest';
import { frameDay } from '../../../application/archive/frame-day.ts';
import { framesKeptS } from '../../../application/archive/retention.ts';
import { epochMs } from '../../../domain/time/instant.ts';
import {
  archiving,
  DAY_S,
  frameTime,
  POLICY_S,
  TestClock,
  withChanges,
} from '../../support/frame-archiving.ts';
import { sendFrames } from '../../support/sent-frames.ts';
import { useFake } from '../eventstoredb/use-fake.ts';

/** There nobody asks whether frames may go: the server hides them by `$maxAge`, and the scavenge takes them. */
describe('frames on EventStoreDB', () => {
  const used = useFake();

  const given = async () => {
    const clock = new TestClock(frameTime(0));
    const scene = await archiving(used.store, clock);
    await sendFrames(used.store, scene.tenantId, { at: frameTime(0), count: 3 }, framesKeptS(POLICY_S));
    const { stream } = frameDay(scene.tenantId, epochMs(frameTime(0)));
    /** Each `$maxAge` that the stream has had, in days. */
    const kept = (): number[] =>
      used.fake.records.of(`$$${stream}`).map(({ data }) => {
        const settings = JSON.parse(Buffer.from(data).toString()) as Record<string, number>;
        return (settings['$maxAge'] ?? 0) / DAY_S;
      });
    return { ...scene, clock, kept };
  };

  it('are kept for the policy and 14 days from the beginning of their day (rule H8)', async () => {
    const { archiver, clock, events, kept } = await given();
    await expect.poll(kept).toEqual([104]);
    clock.set(frameTime(1), 90);
    expect(await archiver().round()).toEqual({ archivedFrames: 3, failures: 0 });
    expect(await events()).toHaveLength(1);
    // Nothing is written twice: each write stays in the store.
    expect(kept()).toEqual([104]);
  });

  it('are kept longer from a week before they would be lost, until they are archived', async () => {
    const { archive, archiver, clock, kept } = await given();
    await expect.poll(kept).toEqual([104]);
    let isAway = true;
    const target = withChanges(archive, {
      storeLines: (...args) =>
        isAway ? Promise.reject(new Error('the target is away')) : archive.storeLines(...args),
    });
    const one = archiver({ archive: target });
    for (const days of [91, 96, 98, 100, 121]) {
      clock.set(frameTime(0), days);
      await one.round();
    }
    expect(one.backlog).toMatchObject({ frames: 3, isAlarming: true });
    expect(kept()).toEqual([104, 150, 180]);
    isAway = false;
    expect(await one.round()).toEqual({ archivedFrames: 3, failures: 0 });
    expect(kept()).toEqual([104, 150, 180, 104]);
  });
});
