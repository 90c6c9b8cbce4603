import { type Evidence } from '../../domain/frames/evidence.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { comparePositions, type Position } from '../ports/event-store/position.ts';
import { type DeviceKey, type SensorCheckpoint } from '../ports/sensor-tables.ts';
import { EvidenceThrough } from './evidence-through.ts';
import { LeaseLostError, type SensorProcessOptions, StoreChangedError } from './options.ts';
import { Tenure } from './tenure.ts';
import { pause, untilAnswered } from './waiting.ts';

const DEFAULT_LEASE_MS = 10_000;

export interface SensorProcessStatus {
  /** This process is the one in charge. */
  readonly isOwner: boolean;
  /** What is in the tables; null until this process is in charge. */
  readonly checkpoint: SensorCheckpoint | null;
  /** Frames and device events read and not in the tables. */
  readonly open: number;
  readonly parked: readonly DeviceKey[];
}

/**
 * From frames to facts: follows the evidence log and the devices' streams, decodes, puts each device's frames in order,
 * and tells the spaces what changed. Any number may be started; one is in charge.
 */
export class SensorProcess {
  readonly #options: SensorProcessOptions;
  #evidence = new EvidenceThrough();
  #tenure: Tenure | null = null;

  constructor(options: SensorProcessOptions) {
    this.#options = options;
  }

  /** Until the signal is aborted. Fails with StoreChangedError, and with what the event store cannot recover from. */
  async run(signal: AbortSignal): Promise<void> {
    const { tables, owner, leaseMs = DEFAULT_LEASE_MS, on } = this.#options;
    while (!signal.aborted) {
      const acquire = () => tables.acquire(owner, leaseMs);
      const acquired = await untilAnswered(acquire, signal, (error) => on?.retried?.(error, null)).catch(
        (error: unknown) => {
          if (signal.aborted) return null;
          throw error;
        },
      );
      if (acquired === null) {
        await pause(leaseMs / 3, signal);
        continue;
      }
      this.#requireSameStore(acquired.checkpoint);
      this.#evidence = new EvidenceThrough();
      this.#tenure = new Tenure(this.#options, this.#evidence, acquired.lease, acquired.checkpoint);
      try {
        await this.#tenure.work(signal);
      } catch (error) {
        if (!(error instanceof LeaseLostError)) throw error;
        on?.leaseLost?.();
      } finally {
        this.#tenure = null;
      }
    }
  }

  /**
   * All frames of the tenant that were received before then, by whatever intake, have been handled (the frames of parked
   * devices apart); null
   * while this process is not in charge or has not reached the head of the log yet.
   */
  processedThrough(tenantId: string): Instant | null {
    return isTelling(this.#tenure?.committer.checkpoint) ? this.#evidence.of(tenantId) : null;
  }

  /** The same for all tenants: what is published for the clock. */
  evidence(): Evidence | null {
    return isTelling(this.#tenure?.committer.checkpoint) ? this.#evidence.all() : null;
  }

  /**
   * Resolves true once everything up to these positions (of the frames log, of the domain log) is in the tables, false
   * when aborted before.
   */
  async passed(position: Position, signal: AbortSignal, domain: Position | null = null): Promise<boolean> {
    while (!signal.aborted) {
      const at = this.#tenure?.committer.checkpoint;
      if (
        isTelling(at) &&
        hasPassed(at?.frames, position) &&
        (domain === null || hasPassed(at?.devices, domain))
      )
        return true;
      await pause(10, signal);
    }
    return false;
  }

  status(): SensorProcessStatus {
    const tenure = this.#tenure;
    return {
      isOwner: tenure !== null,
      checkpoint: tenure?.committer.checkpoint ?? null,
      open: tenure?.committer.open ?? 0,
      parked: tenure?.parked ?? [],
    };
  }

  #requireSameStore({ frames, devices }: SensorCheckpoint): void {
    const { storeId } = this.#options.store;
    const kept = (frames ?? devices)?.storeId;
    if (kept !== undefined && kept !== storeId) throw new StoreChangedError(kept, storeId);
  }
}

/** Something has been read, and the tables are not being made anew: while they are, spaces are told nothing. */
function isTelling(checkpoint: SensorCheckpoint | undefined): boolean {
  return checkpoint !== undefined && checkpoint.frames !== null && checkpoint.foldUntil === null;
}

function hasPassed(at: Position | null | undefined, position: Position): boolean {
  return at !== null && at !== undefined && comparePositions(at, position) >= 0;
}
