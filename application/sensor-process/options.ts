import { type Evidence } from '../../domain/frames/evidence.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type FrameDecoder } from '../ports/frame-decoder.ts';
import { type DeviceKey, type ParkedDevice, type SensorTables } from '../ports/sensor-tables.ts';

export interface SensorProcessOptions {
  readonly store: EventStore;
  readonly handlers: Handlers;
  readonly decoder: FrameDecoder;
  readonly tables: SensorTables;
  readonly now: () => Instant;
  /** How far the intakes say they are; without it, frames that wait there are not thought of. */
  readonly intakes?: () => Promise<readonly Evidence[]>;
  /** Asked before each step: something that cannot wait may have to go first. */
  readonly giveWay?: () => Promise<void>;
  /** Names this process among those that share the tables. */
  readonly owner: string;
  readonly leaseMs?: number;
  /** How long results gather before they are written: the tables lag by this much, the events do not. */
  readonly commitIntervalMs?: number;
  readonly devicesInMemory?: number;
  /** How often it is looked whether everything has been handled. */
  readonly headIntervalMs?: number;
  /** How often it is looked whether a device has fallen silent. */
  readonly silenceIntervalMs?: number;
  /** How often parked devices are tried again. */
  readonly retryParkedMs?: number;
  readonly on?: Partial<SensorProcessSigns>;
}

/** What an operator may want to hear of. */
export interface SensorProcessSigns {
  subscriptionDropped(error: unknown, retryInMs: number): void;
  /** A command, or a read or write of the tables, is tried again. */
  retried(error: unknown, key: DeviceKey | null): void;
  parked(device: ParkedDevice): void;
  /** Another process took over; this one waits for its turn. */
  leaseLost(): void;
}

/** Another process has come, or this one was cut off for too long: what it had in memory is worth nothing now. */
export class LeaseLostError extends Error {
  readonly code = 'lease-lost';
  constructor() {
    super('another owner has written to the tables of the sensor process');
    this.name = 'LeaseLostError';
  }
}

/** The tables belong to another event store: going on would mix two histories. */
export class StoreChangedError extends Error {
  readonly code = 'store-changed';
  constructor(expected: string, found: string) {
    super(`the tables of the sensor process belong to store ${expected}, not to ${found}`);
    this.name = 'StoreChangedError';
  }
}
