import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pool } from 'pg';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { renewLeases } from './checkpoints.ts';
import { type Comparison, compareGenerations, isEqual } from './compare.ts';
import { beginGeneration, dropGeneration } from './generations.ts';
import { Lane } from './lane.ts';
import { type Member } from './member.ts';
import { Parking } from './parking.ts';
import { type Projection } from './projection.ts';
import { swap } from './swap.ts';
import { inTransaction } from './transaction.ts';

export interface RebuildOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly batchSize?: number;
  /** Compare with the live rows before the swap; where they differ, the live ones stay. */
  readonly verify?: boolean;
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly onProblem?: (problem: string, error: unknown) => void;
}

export interface RebuildProgress {
  readonly projection: string;
  readonly events: number;
  readonly seconds: number;
}

export interface RebuildResult extends RebuildProgress {
  readonly generation: number;
  readonly swapped: boolean;
  readonly parkedStreams: number;
  /** Null: not asked for, or the live rows stand elsewhere and nobody moves them. */
  readonly comparison: Comparison | null;
}

const LEASE_MS = 30_000;
const BATCH_SIZE = 5_000;

/**
 * Folds the whole history into new tables beside the current ones, catches up with them, and shows the new ones in one
 * transaction. Works while a runner feeds the current tables anywhere, and while none does; readers never wait. Whoever
 * feeds the projection goes on with the new generation. The tables before stay until the next rebuild.
 */
export async function rebuild(projection: Projection, options: RebuildOptions): Promise<RebuildResult> {
  return build(projection, options, async (builder) => {
    const comparison = options.verify === true ? await compareWhenEven(projection, builder, options) : null;
    if (comparison !== null && !isEqual(comparison))
      return { ...builder.progress(), comparison, swapped: false };
    while (!(await swap(options.pool, projection, builder.generation, options.store.storeId))) {
      if ((await builder.lane.step()) === 'stopped') throw new Error('the rebuild was stopped');
    }
    return { ...builder.progress(), comparison, swapped: true };
  });
}

/** Folds the history once more, beside, compares, and throws the new rows away. Null: nobody moves the live ones. */
export async function diffWithRebuilt(
  projection: Projection,
  options: RebuildOptions,
): Promise<Comparison | null> {
  return build(projection, options, async (builder) => {
    const comparison = await compareWhenEven(projection, builder, options);
    builder.lane.close();
    await inTransaction(options.pool, (client) => dropGeneration(client, projection, builder.generation));
    return comparison;
  });
}

interface Builder {
  readonly generation: number;
  readonly lane: Lane;
  progress(): Omit<RebuildResult, 'comparison' | 'swapped'>;
}

async function build<T>(
  projection: Projection,
  options: RebuildOptions,
  finish: (builder: Builder) => Promise<T>,
): Promise<T> {
  const { pool, store } = options;
  const owner = randomUUID();
  const checkpoint = await beginGeneration(pool, projection, owner, LEASE_MS);
  const { generation } = checkpoint;
  const member: Member = {
    projection,
    applier: projection.open(generation),
    parking: new Parking(projection.name, generation, []),
    checkpoint,
  };
  const onProblem = options.onProblem ?? (() => undefined);
  const lane = new Lane(
    [member],
    {
      pool,
      store,
      batchSize: options.batchSize ?? BATCH_SIZE,
      onProblem,
    },
    true,
  );
  const began = performance.now();
  const progress = () => ({
    projection: projection.name,
    generation,
    events: lane.applied,
    seconds: (performance.now() - began) / 1000,
    parkedStreams: member.parking.size,
  });
  const lease = setInterval(() => {
    options.onProgress?.(progress());
    renewLeases(pool, [member.checkpoint], owner, LEASE_MS).catch((error: unknown) =>
      onProblem('a lease was not renewed', error),
    );
  }, 1000);
  try {
    if ((await lane.run(true)) === 'stopped') throw new Error('the rebuild was stopped');
    if (lane.members.length === 0) throw new Error(`${projection.name} cannot be rebuilt: see its status`);
    return await finish({ generation, lane, progress });
  } finally {
    clearInterval(lease);
    lane.close();
  }
}

const EVEN_TRIES = 200;

/** Both at one position: the live one moves on while we do, so they meet when neither has anything left to apply. */
async function compareWhenEven(
  projection: Projection,
  { generation, lane }: Builder,
  { pool }: RebuildOptions,
): Promise<Comparison | null> {
  for (let attempt = 0; attempt < EVEN_TRIES; attempt += 1) {
    const comparison = await compareGenerations(pool, projection, generation);
    if (comparison !== null) return comparison;
    if (lane.lag().events > 0) await lane.step();
    else await sleep(25);
  }
  return null;
}
