import { type ClientBase, type Pool } from 'pg';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { FencedError, moveCheckpoints } from './checkpoints.ts';
import { type Batch } from './inbox.ts';
import { isBehind, type Member, notYetApplied } from './member.ts';
import { type IncomingEvent } from './projected-event.ts';
import { type Changes } from './projection.ts';
import { inTransaction, isTransient, LAZY_BEGIN } from './transaction.ts';

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

type Work = (client: ClientBase, member: Member, events: readonly IncomingEvent[]) => Promise<Changes>;

async function applyTogether(
  pool: Pool,
  members: readonly Member[],
  batch: Batch,
  work: Work,
): Promise<void> {
  const recordedAt = batch.events.at(-1)?.place.recordedAt ?? null;
  const changes: Changes[] = [];
  try {
    const transaction = async (client: ClientBase): Promise<void> => {
      const held = members.map((member) => member.checkpoint);
      await moveCheckpoints(client, held, batch.position, recordedAt);
      for (const member of members) {
        changes.push(await work(client, member, notYetApplied(member, batch.events)));
        await member.parking.write(client);
      }
      await client.query({ name: 'progress', text: `SELECT pg_notify('${PROGRESS_CHANNEL}', '')` });
    };
    await inTransaction(pool, transaction, LAZY_BEGIN);
  } catch (error) {
    for (const { parking } of members) parking.discard();
    throw error;
  }
  committed(members, changes, batch.position);
}

function committed(members: readonly Member[], changes: readonly Changes[], position: Position): void {
  for (const one of changes) one.committed();
  for (const member of members) {
    member.parking.committed();
    member.checkpoint = { ...member.checkpoint, position };
  }
}

export interface BulkOptions {
  /** What one transaction folds at most. */
  readonly events: number;
  /** What it holds in memory at most, in rows. */
  readonly rows: number;
}

/**
 * Folds batch after batch into one transaction: while a long history is read, a row that changes a hundred times is
 * written once, and no event outlives its batch. Answers the last batch; null: stopped before there was any. What fails
 * here fails as a whole; the caller goes back to single batches, which find the culprit.
 */
export async function applyInBulk(
  pool: Pool,
  members: readonly Member[],
  next: () => Promise<Batch | null>,
  limits: BulkOptions,
): Promise<{ readonly last: Batch; readonly events: number } | null> {
  const changes = members.map((member) => member.applier.begin());
  let last: Batch | null = null;
  let events = 0;
  let recordedAt: Instant | null = null;
  const isFull = (): boolean =>
    last?.caughtUp === true || events >= limits.events || changes.some(({ size }) => size >= limits.rows);
  try {
    await inTransaction(
      pool,
      async (client) => {
        do {
          const batch = await next();
          if (batch === null) break;
          last = batch;
          events += batch.events.length;
          recordedAt = batch.events.at(-1)?.place.recordedAt ?? recordedAt;
          for (const [index, member] of members.entries())
            await changes[index]?.stage(client, notYetApplied(member, batch.events), member.parking);
        } while (!isFull());
        if (last !== null) await writeAll(client, members, changes, last.position, recordedAt);
      },
      LAZY_BEGIN,
    );
  } catch (error) {
    for (const { parking } of members) parking.discard();
    throw error;
  }
  if (last === null) return null;
  const { position } = last as Batch;
  committed(members, changes, position);
  return { last, events };
}

async function writeAll(
  client: ClientBase,
  members: readonly Member[],
  changes: readonly Changes[],
  position: Position,
  recordedAt: Instant | null,
): Promise<void> {
  const held = members.map((member) => member.checkpoint);
  await moveCheckpoints(client, held, position, recordedAt);
  for (const one of changes) await one.write(client);
  for (const member of members) await member.parking.write(client);
  await client.query({ name: 'progress', text: `SELECT pg_notify('${PROGRESS_CHANNEL}', '')` });
}

async function stageAndWrite(
  client: ClientBase,
  member: Member,
  events: readonly IncomingEvent[],
): Promise<Changes> {
  const changes = member.applier.begin();
  await changes.stage(client, events, member.parking);
  await changes.write(client);
  return changes;
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
): Promise<Changes> {
  await client.query('SAVEPOINT part');
  try {
    const changes = await stageAndWrite(client, member, events);
    // Parts after this one build on it.
    changes.committed();
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
  return member.applier.begin();
}
