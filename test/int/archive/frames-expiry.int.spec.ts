import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frameDay } from '../../../application/archive/frame-day.ts';
import { epochMs } from '../../../domain/time/instant.ts';
import { sendFrames } from '../../support/sent-frames.ts';
import { useStoreDatabase } from '../postgres-store/support.ts';
import { archivingFrames, DAY_S, frameTime, storedFrames, withChanges } from './given-frames.ts';

describe('frames on the Postgres store', () => {
  const database = useStoreDatabase();
  const given = async (days: readonly number[]) => archivingFrames(database(), days);

  const partitionDays = async (): Promise<string[]> => {
    const { rows } = await database().run("SELECT day::text AS day FROM event_store.partitions('frames')");
    return rows.map((row) => row['day'] ?? '');
  };

  it('drops a day on Postgres only when it is archived, however long that takes', async () => {
    const { archive, archiver, clock, events, store, tenantId } = await given([400]);
    const day = frameTime(400).slice(0, 10);
    const away = withChanges(archive, {
      storeLines: () => Promise.reject(new Error('the target is away')),
    });
    const failing = archiver({ archive: away });
    clock.set(frameTime(400), 130);
    expect((await failing.round()).failures).toBe(0);
    // Hidden since 26 days: nobody sees that anything is due, until the store wants to let it go.
    expect(await storedFrames(store, tenantId, 400)).toEqual([]);
    const isStillNeeded = failing.isStillNeeded.bind(failing);
    await store.expire({ isStillNeeded });
    expect(await partitionDays()).toContain(day);
    await failing.round();
    expect(failing.backlog).toMatchObject({ frames: 3, isAlarming: true });
    await store.expire({ isStillNeeded });
    expect(await partitionDays()).toContain(day);

    const working = archiver();
    expect((await working.round()).archivedFrames).toBe(3);
    expect(await events()).toHaveLength(1);
    await store.expire({ isStillNeeded: working.isStillNeeded.bind(working) });
    expect(await partitionDays()).not.toContain(day);
  });

  it('without an archive, drops a day by its age alone', async () => {
    const { clock, store } = await given([800]);
    clock.set(frameTime(800), 106);
    await store.expire();
    expect(await partitionDays()).not.toContain(frameTime(800).slice(0, 10));
  });

  it('hides frames when they are as old as the policy and 14 days more (rule H8)', async () => {
    const { clock, store, tenantId } = await given([0]);
    clock.set(frameTime(0), 104);
    expect(await storedFrames(store, tenantId, 0)).toHaveLength(3);
    clock.set(frameTime(0, 13), 104);
    expect(await storedFrames(store, tenantId, 0)).toEqual([]);
  });

  it('follows a policy that became longer while frames were kept', async () => {
    const { archiver, clock, store, tenantId } = await given([0]);
    clock.set(frameTime(0), 80);
    const longer = archiver({ keepFramesS: 200 * DAY_S });
    expect(await longer.round()).toEqual({ archivedFrames: 0, failures: 0 });
    clock.set(frameTime(0), 190);
    expect(await storedFrames(store, tenantId, 0)).toHaveLength(3);
    clock.set(frameTime(1), 200);
    expect((await longer.round()).archivedFrames).toBe(3);
  });

  it('sets the retention of a stream whose first frame came with a crash', async () => {
    const { archiver, clock, store, tenantId } = await given([0]);
    await store.retain(frameDay(tenantId, epochMs(frameTime(0))).stream, 1_000 * DAY_S);
    clock.set(frameTime(1), 90);
    await archiver().round();
    clock.set(frameTime(1), 105);
    expect(await storedFrames(store, tenantId, 0)).toEqual([]);
  });

  it('does not wait for ever for the frames of a lost manifest that have gone themselves', async () => {
    const { archiver, clock, files, folder, store, tenantId } = await given([1200]);
    clock.set(frameTime(1201), 90);
    await archiver().round();
    const lost = (await files()).filter((name) => name.endsWith('.manifest.json'));
    // A late supplement: stored, and so hidden, long after the others.
    await sendFrames(store, tenantId, { at: frameTime(1200, 20), count: 2 });
    await archiver().round();
    for (const name of lost) await rm(join(folder, name));
    clock.set(frameTime(1201), 105);
    await store.expire();

    const gone: number[][] = [];
    const on = { lost: (_: string, from: number, to: number) => void gone.push([from, to]) };
    const mending = archiver({ on });
    await mending.round();
    await mending.round();
    expect(gone).toEqual([[0, 2]]);
    expect(mending.backlog).toMatchObject({ frames: 0 });
    const { stream } = frameDay(tenantId, epochMs(frameTime(1200)));
    expect(await mending.isStillNeeded(stream, 4)).toBe(false);
  });
});
