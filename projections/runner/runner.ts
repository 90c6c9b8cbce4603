import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Pool } from 'pg';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { comparePositions } from '../../application/ports/event-store/position.ts';
import {
  acquire,
  type Checkpoint,
  FencedError,
  releaseLeases,
  renewLeases,
  setStatus,
} from './checkpoints.ts';
import { installProjections } from './install.ts';
import { type Lag, Lane } from './lane.ts';
import { type Member } from './member.ts';
import { Parking, readParked } from './parking.ts';
import { type Projection } from './projection.ts';
import { rebuild } from './rebuild.ts';
import { retryPaused } from './retry-parked.ts';

export interface RunnerOptions {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly projections: readonly Projection[];
  /** A runner that went silent loses its projections after this long. */
  readonly leaseMs?: number;
  /** Events applied in one transaction at most. */
  readonly batchSize?: number;
  readonly onProblem?: (problem: string, error: unknown) => void;
}

const RETRY_STORE_CHANGED_MS = 30_000;

/**
 * Runs the projections: those that are live share one reader and one transaction per batch, those that are new or
 * behind catch up in a lane of their own and join. Any number of processes may run one; each projection has one owner.
 */
export class ProjectionRunner {
  readonly #options: Required<RunnerOptions>;
  readonly #owner = randomUUID();
  readonly #upgrades = new Map<string, Promise<void>>();
  #lanes: readonly Lane[] = [];

  constructor(options: RunnerOptions) {
    this.#options = { batchSize: 5000, leaseMs: 10_000, onProblem: () => undefined, ...options };
  }

  /** Per projection that this process runs: received, and not yet committed. */
  lag(): ReadonlyMap<string, Lag> {
    const entries = this.#lanes.flatMap((lane) =>
      lane.members.map((member) => [member.projection.name, lane.lag()] as const),
    );
    return new Map(entries);
  }

  parked(): ReadonlyMap<string, number> {
    const members = this.#lanes.flatMap((lane) => lane.members);
    return new Map(members.map((member) => [member.projection.name, member.parking.size]));
  }

  /** Runs until the signal; whatever goes wrong in between is reported and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { pool, projections, onProblem } = this.#options;
    let isFirst = true;
    for (let failures = 0; !signal.aborted;) {
      try {
        await installProjections(pool, projections);
        if (isFirst) await retryPaused(pool, this.#options.store, projections);
        isFirst = false;
        await this.#session(signal);
        failures = 0;
      } catch (error) {
        // Fenced: somebody changed rows on purpose (a swap, a retry), or took over. Begin anew.
        if (!(error instanceof FencedError)) {
          failures += 1;
          onProblem('the projections stopped and begin again', error);
        }
        await nap(Math.min(50 * 2 ** failures, 5000), signal);
      }
    }
    await Promise.allSettled(this.#upgrades.values());
    await releaseLeases(pool, this.#owner).catch((error: unknown) =>
      onProblem('leases were not released', error),
    );
  }

  /** From acquiring projections until something about the set of them changes. */
  async #session(signal: AbortSignal): Promise<void> {
    const members = await this.#takeOver();
    const live = members.filter((member) => member.checkpoint.status === 'active');
    const behind = members.filter((member) => member.checkpoint.status !== 'active');
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    const lanes = [live, behind]
      .filter((group) => group.length > 0)
      .map((group) => new Lane(group, this.#options, group === behind));
    this.#lanes = lanes;
    const close = (): void => lanes.forEach((lane) => lane.close());
    // The signal may have come while the projections were being acquired.
    if (ended.aborted) close();
    else ended.addEventListener('abort', close, { once: true });
    const runs = lanes.map((lane) => this.#runLane(lane, lanes.length > 1));
    const watch = this.#watch(members, ended);
    try {
      await Promise.race([...runs, watch]);
    } finally {
      over.abort();
      await Promise.allSettled([...runs, watch]);
      this.#lanes = [];
    }
  }

  async #runLane(lane: Lane, endsWhenCaughtUp: boolean): Promise<void> {
    const isBehind = lane.members.some((member) => member.checkpoint.status !== 'active');
    if (!isBehind) return void (await lane.run(false));
    if ((await lane.run(true)) === 'stopped') return;
    for (const member of lane.members) {
      await setStatus(this.#options.pool, member.checkpoint, 'active');
      member.checkpoint = { ...member.checkpoint, status: 'active' };
    }
    // The next session puts them together with those that were live before.
    if (!endsWhenCaughtUp) await lane.run(false);
  }

  async #takeOver(): Promise<Member[]> {
    const { pool, projections, leaseMs } = this.#options;
    const names = projections.map((projection) => projection.name);
    const members: Member[] = [];
    for (const checkpoint of await acquire(pool, names, this.#owner, leaseMs)) {
      const projection = projections.find((one) => one.name === checkpoint.projection);
      if (projection === undefined || !(await this.#isUsable(projection, checkpoint))) continue;
      const { generation } = checkpoint;
      const parked = await readParked(pool, projection.name, generation);
      if (checkpoint.status === 'new' || checkpoint.status === 'error')
        await setStatus(pool, checkpoint, 'booting');
      members.push({
        projection,
        applier: projection.open(generation),
        parking: new Parking(projection.name, generation, parked),
        checkpoint: checkpoint.status === 'active' ? checkpoint : { ...checkpoint, status: 'booting' },
      });
    }
    return members;
  }

  /** Rows of another store, or made by another definition, are left as they are: nothing is written. */
  async #isUsable(projection: Projection, checkpoint: Checkpoint): Promise<boolean> {
    const { pool, store } = this.#options;
    const fail = async (code: string, message: string): Promise<false> => {
      await setStatus(pool, checkpoint, 'error', { code, message, retryInMs: RETRY_STORE_CHANGED_MS });
      this.#options.onProblem(`projection ${projection.name}: ${code}`, new Error(message));
      return false;
    };
    if (checkpoint.version !== projection.version) {
      this.#upgrade(projection);
      const versions = `tables of version ${checkpoint.version}, a program of ${projection.version}`;
      return fail('version-changed', `${versions}: being rebuilt beside`);
    }
    const { position } = checkpoint;
    if (position === null) return true;
    if (position.storeId !== store.storeId)
      return fail('store-changed', `the rows are of store ${position.storeId}, not of ${store.storeId}`);
    if (comparePositions(position, await store.head('domain')) > 0)
      return fail('store-changed', 'the checkpoint lies beyond the head of the store');
    return true;
  }

  /** The rows stay as the other version left them until the new ones have caught up. */
  #upgrade(projection: Projection): void {
    if (this.#upgrades.has(projection.name)) return;
    const { pool, store, onProblem } = this.#options;
    const upgrade = rebuild(projection, { pool, store, onProblem }).then(
      () => undefined,
      (error: unknown) => onProblem(`projection ${projection.name} was not rebuilt`, error),
    );
    this.#upgrades.set(
      projection.name,
      upgrade.finally(() => this.#upgrades.delete(projection.name)),
    );
  }

  /** Keeps the leases, and looks for projections that came free, became due again, or have a new generation. */
  async #watch(members: readonly Member[], ended: AbortSignal): Promise<void> {
    const { pool, projections, leaseMs } = this.#options;
    const held = members.map((member) => member.checkpoint);
    const names = projections.map((projection) => projection.name);
    while (!ended.aborted) {
      await nap(leaseMs / 4, ended);
      if (ended.aborted) return;
      if (!(await renewLeases(pool, held, this.#owner, leaseMs))) throw new FencedError(['one of ours']);
      if (await isSomethingFree(pool, names, this.#owner)) return;
    }
  }
}

async function isSomethingFree(pool: Pool, names: readonly string[], owner: string): Promise<boolean> {
  const free = await pool.query(
    `SELECT 1 FROM projection.checkpoints AS c
     JOIN projection.projections AS p ON p.name = c.projection AND p.generation = c.generation
     WHERE c.projection = ANY($1) AND c.status IN ('new', 'booting', 'active', 'error')
       AND (c.status <> 'error' OR c.retry_at IS NULL OR c.retry_at <= clock_timestamp())
       AND ((c.owner IS DISTINCT FROM $2 AND (c.lease_until IS NULL OR c.lease_until < clock_timestamp()))
            OR (c.owner = $2 AND c.status = 'error'))
     LIMIT 1`,
    [names, owner],
  );
  return free.rows.length > 0;
}

async function nap(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
