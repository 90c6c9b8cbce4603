import { type ClientBase, type Pool } from 'pg';
import { FencedError, moveCheckpoints } from './checkpoints.ts';
import { type Batch } from './inbox.ts';
import { isBehind, type Member, notYetApplied } from './member.ts';
import { type IncomingEvent } from './projected-event.ts';
import { type Staged } from './projection.ts';
import { inTransaction, isTransient } from './transaction.ts';

/** Told to whoever waits for a position, when a batch has been committed. */
export const PROGRESS_CHANNEL = 'bayledger_projections';

/** A projection that cannot apply a batch at all, not even with bad streams parked. */
export interface FailedMember {
  readonly member: Member;
  readonly error: unknown;
}

/**
 * Applies a batch to all members in one transaction. Where that fails for another reason than the database itself, each
 * member gets a transaction of its own, so that one bad event holds nobody else up; and the culprit is looked for, so
 * that only its stream is parked. Throws {@link FencedError} and what is worth trying again; answers those that failed.
 */
export async function applyBatch(
  pool: Pool,
  members: readonly Member[],
  batch: Batch,
): Promise<readonly FailedMember[]> {
  const behind = members.filter((member) => isBehind(member, batch.position));
  if (behind.length === 0) return [];
  try {
    await applyTogether(pool, behind, batch, stageAndWrite);
    return [];
  } catch (error) {
    if (error instanceof FencedError || isTransient(error)) throw error;
  }
  const failed: FailedMember[] = [];
  for (const member of behind) {
    const error = await applyAlone(pool, member, batch);
    if (error !== null) failed.push({ member, error });
  }
  return failed;
}

type Work = (client: ClientBase, member: Member, events: readonly IncomingEvent[]) => Promise<Staged>;

async function applyTogether(
  pool: Pool,
  members: readonly Member[],
  batch: Batch,
  work: Work,
): Promise<void> {
  const recordedAt = batch.events.at(-1)?.place.recordedAt ?? null;
  const staged: Staged[] = [];
  try {
    await inTransaction(pool, async (client) => {
      const held = members.map((member) => member.checkpoint);
      await moveCheckpoints(client, held, batch.position, recordedAt);
      for (const member of members) {
        staged.push(await work(client, member, notYetApplied(member, batch.events)));
        await member.parking.write(client);
      }
      await client.query({ name: 'progress', text: `SELECT pg_notify('${PROGRESS_CHANNEL}', '')` });
    });
  } catch (error) {
    for (const { parking } of members) parking.discard();
    throw error;
  }
  for (const one of staged) one.committed();
  for (const member of members) {
    member.parking.committed();
    member.checkpoint = { ...member.checkpoint, position: batch.position };
  }
}

async function stageAndWrite(
  client: ClientBase,
  member: Member,
  events: readonly IncomingEvent[],
): Promise<Staged> {
  const staged = await member.applier.stage(client, events, member.parking);
  await staged.write(client);
  return staged;
}

async function applyAlone(pool: Pool, member: Member, batch: Batch): Promise<unknown> {
  for (const work of [stageAndWrite, searchCulprit]) {
    try {
      await applyTogether(pool, [member], batch, work);
      return null;
    } catch (error) {
      // What the search kept in memory on its way was rolled back.
      member.applier.forget();
      if (error instanceof FencedError || isTransient(error)) throw error;
      if (work === searchCulprit) return error;
    }
  }
  return null;
}

/** Halves the batch until single events are found that the database refuses, and parks their streams. In order. */
async function searchCulprit(
  client: ClientBase,
  member: Member,
  events: readonly IncomingEvent[],
): Promise<Staged> {
  await client.query('SAVEPOINT part');
  try {
    const staged = await stageAndWrite(client, member, events);
    // Parts after this one build on it.
    staged.committed();
    await client.query('RELEASE SAVEPOINT part');
  } catch (error) {
    if (isTransient(error)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT part');
    await client.query('RELEASE SAVEPOINT part');
    const [first, second] = events;
    if (first === undefined) throw error;
    if (second === undefined) {
      member.parking.park('poison', first, error instanceof Error ? error.message : String(error));
    } else {
      const middle = Math.ceil(events.length / 2);
      await searchCulprit(client, member, events.slice(0, middle));
      await searchCulprit(client, member, events.slice(middle));
    }
  }
  return nothingStaged;
}

const nothingStaged: Staged = { write: () => Promise.resolve(), committed: () => undefined };
