import { type Logger } from 'pino';
import { type DatabasePool } from 'slonik';
import { type Handlers } from '../../application/commands/handlers.ts';
import { type PersonalDataProtection } from '../../application/personal-data/protect.ts';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type FrameDecoder } from '../../application/ports/frame-decoder.ts';
import { type PersonalDataVault } from '../../application/ports/personal-data-vault.ts';
import { type ReservationDirectory } from '../../application/ports/reservation-directory.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type KeyShape } from './credentials.ts';
import { type IdempotencyRecords } from '../../application/ports/idempotency-records.ts';
import { type KeptKeys } from './kept-keys.ts';
import { type FindPrincipal } from './principal.ts';
import { type UplinkDependencies } from './routes/uplink.ts';

/** How far the read models have come. */
export interface Freshness {
  readonly position: Position;
  /** When the store recorded the event at that position. */
  readonly time: Instant;
  /** Milliseconds that the read models are behind what has been received. */
  readonly lagMs: number;
}

/** The read models as routes need them beside their queries. */
export interface ReadSide {
  readonly database: DatabasePool;
  /** Of the named read models; the slowest of them counts. */
  freshness(readModels: readonly string[]): Promise<Freshness>;
  /**
   * True once the named read models (none named: all) have passed the position; false when that took longer than
   * `timeoutMs`.
   */
  waitFor(position: Position, timeoutMs: number, readModels?: readonly string[]): Promise<boolean>;
}

/** A type of device that the system can decode. */
export interface KnownDeviceType {
  readonly id: string;
  /** `display`, or what it senses with. */
  readonly kind: string;
  readonly heartbeatS: number;
}

export interface HealthCheck {
  readonly name: string;
  /** Readiness depends on it in the roles in which it is required. */
  readonly required: boolean;
  run(): Promise<{
    readonly status: 'healthy' | 'degraded' | 'unhealthy';
    readonly [detail: string]: unknown;
  }>;
}

/** All that the HTTP adapter needs, put together by the composition root. */
export interface HttpDependencies {
  readonly store: EventStore;
  readonly handlers: Handlers;
  readonly directory: ReservationDirectory;
  readonly protection: PersonalDataProtection;
  readonly vault: PersonalDataVault;
  readonly read: ReadSide;
  readonly findPrincipal: FindPrincipal;
  /** For frames, while the database is away. */
  readonly keptKeys?: KeptKeys;
  readonly keyShape: KeyShape;
  readonly idempotency: IdempotencyRecords;
  readonly deviceType: (id: string) => KnownDeviceType | null;
  /** For what is shown to people: intake and routes decide nothing by it. */
  readonly decoder: Pick<FrameDecoder, 'decode' | 'signal'>;
  readonly healthChecks: readonly HealthCheck[];
  /** Told of every answer: the route's pattern, method, status and seconds. */
  readonly onAnswered?: (route: string, method: string, status: number, seconds: number) => void;
  /** Absent in roles that take no frames. */
  readonly uplink?: UplinkDependencies;
  /** Whose `X-Forwarded-For` is believed: everybody's, nobody's, or that of proxies at these addresses. */
  readonly trustProxy?: boolean | string[];
  /** Origins whose pages may call this API from a browser. */
  readonly corsOrigins?: readonly string[];
  /** For tests: an answer that does not fit its schema is an error. */
  readonly checkAnswers?: boolean;
  readonly role: string;
  readonly softwareVersion: string;
  readonly now: () => Instant;
  readonly log: Logger;
}
