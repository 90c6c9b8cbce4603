import { type Instant } from '../../domain/time/instant.ts';
import { type Position } from './event-store/position.ts';
import { type StreamName } from './event-store/stream-name.ts';

export interface DeviceKey {
  readonly tenantId: string;
  readonly devEui: string;
}

/** What became of a frame. Stable: stored, and shown to operators. */
export const readingOutcomes = [
  /** A change of what the device says; its space has taken it. */
  'applied',
  /** The device says what it said before. */
  'unchanged',
  /** Says nothing about the bay. */
  'informed',
  /** No application payload (MAC commands only). */
  'no-payload',
  /** Older than what is known. */
  'late',
  /** The radio sent one message twice. */
  'repeat',
  'join',
  /** Neither an uplink nor a join. */
  'network-event',
  /** No such device in this tenant, or it is out of service. */
  'orphan',
  /** The device watched no space then (nor does it before the space is commissioned). */
  'unattributed',
  'undecodable',
  'encrypted',
  /** The space refused it; the code is in `detail`. */
  'refused',
  /** Read while the tables were made anew, and nothing said about it yet. */
  'folded',
  /** The device is parked. */
  'parked',
  /** The event is no frame that this program can read. */
  'unreadable',
] as const;
export type ReadingOutcome = (typeof readingOutcomes)[number];

/** One row per frame of any kind: also the way to find a device's frames. */
export interface ReadingRow {
  readonly tenantId: string;
  readonly frameId: string;
  readonly devEui: string | null;
  readonly kind: string;
  readonly receivedAt: Instant;
  /** By the best clock there is. */
  readonly occurredAt: Instant;
  readonly timeSource: string;
  readonly clockSuspect: boolean;
  /** In the order of the device: never before its predecessor's. */
  readonly effectiveAt: Instant;
  readonly session: string | null;
  readonly fCnt: number | null;
  readonly fPort: number | null;
  readonly payload: string;
  readonly outcome: ReadingOutcome;
  readonly detail: string | null;
  readonly spaceId: string | null;
  /** JSON. */
  readonly decoded: string | null;
  readonly stream: StreamName;
  readonly revision: number;
}

/** A reading that was offered again. */
export interface OutcomeChange {
  readonly tenantId: string;
  readonly frameId: string;
  readonly outcome: ReadingOutcome;
  readonly detail: string | null;
  readonly spaceId: string | null;
  readonly decoded: string | null;
}

export interface DeviceRow extends DeviceKey {
  readonly lastHeardAt: Instant;
  readonly lastFrameId: string;
  readonly session: string | null;
  readonly fCnt: number | null;
  readonly batteryMv: number | null;
  readonly temperatureDeciC: number | null;
  /** Null: its type is not known, or it is not registered, so nobody misses it. */
  readonly staleDueAt: Instant | null;
  readonly isOrphan: boolean;
  /** Something was found in its frames that its space has not taken yet. */
  readonly isWaiting: boolean;
  /** The state of the fold as JSON, so that it goes on exactly here. */
  readonly fold: string;
}

export interface ParkedDevice extends DeviceKey {
  readonly since: Instant;
  readonly reason: string;
  readonly frameId: string | null;
}

export interface SensorCheckpoint {
  /** Everything up to here has been handled; null: nothing yet. */
  readonly frames: Position | null;
  readonly devices: Position | null;
  /** Up to here frames are folded without commands, since the tables are being made anew. */
  readonly foldUntil: Position | null;
}

/** The right to write, for one owner at a time; each change of owner is a new epoch. */
export interface SensorLease {
  readonly owner: string;
  readonly epoch: number;
  /** Counts commits: a commit is refused when another one came between. */
  readonly version: number;
}

export interface SensorCommit {
  readonly rows: readonly ReadingRow[];
  readonly outcomes: readonly OutcomeChange[];
  /** At most one per device. */
  readonly devices: readonly DeviceRow[];
  readonly parked: readonly ParkedDevice[];
  readonly unparked: readonly DeviceKey[];
  readonly checkpoint: SensorCheckpoint;
}

/** Tables of the sensor process: a fold of frames, so they can be made anew from them. */
export interface SensorTables {
  /** Null while another owner's lease runs. */
  acquire(
    owner: string,
    leaseMs: number,
  ): Promise<{ readonly lease: SensorLease; readonly checkpoint: SensorCheckpoint } | null>;
  /** False when the lease is another's by now. */
  renew(lease: SensorLease, leaseMs: number): Promise<boolean>;
  release(lease: SensorLease): Promise<void>;
  /** All or nothing; null when another owner has come, or another commit: then nothing was written. */
  commit(lease: SensorLease, commit: SensorCommit): Promise<SensorLease | null>;
  devices(keys: readonly DeviceKey[]): Promise<readonly DeviceRow[]>;
  waiting(): Promise<readonly DeviceKey[]>;
  parked(): Promise<readonly ParkedDevice[]>;
  /** Devices whose silence is due by then, the longest due first. */
  silentBy(through: Instant, limit: number): Promise<readonly SilentDevice[]>;
  /**
   * The uplinks and joins of a device from an instant on, and the last `before` of those before it, in the order of their
   * effective times. `isWhole`: nothing older is kept.
   */
  line(key: DeviceKey, from: Instant, before: number): Promise<KeptLine>;
}

export interface SilentDevice extends DeviceKey {
  readonly staleDueAt: Instant;
}

export interface KeptLine {
  readonly rows: readonly ReadingRow[];
  readonly isWhole: boolean;
}
