import { addSeconds, type Instant, parseInstant, secondsBetween } from '../../domain/time/instant.ts';
import { type Evidence } from '../../domain/space/events.ts';
import { type Frame } from './frame-input.ts';

export interface OwnTime {
  readonly at: Instant;
  readonly source: Evidence['time_source'];
  /** A clock was so far in the future that the time of receipt was taken instead. */
  readonly clamped: boolean;
}

/** A network time this far ahead of our clock is a wrong clock (rule U3). */
const FUTURE_S = 120;

/** Network servers themselves distrust a gateway whose clock is further off than this. */
const GATEWAY_DRIFT_S = 30;

/**
 * When a message was sent, by the best clock there is: the gateway's (if the network server's agrees), the network
 * server's, the time that the network put on the message, our own.
 */
export function occurredAt(frame: Frame): OwnTime {
  const { receivedAt, times } = frame;
  const gateway = instantOrNull(times.gateway);
  const ns = instantOrNull(times.ns);
  const network = instantOrNull(times.network);
  const reference = ns ?? network;
  if (gateway !== null && (reference === null || isNear(gateway, reference))) {
    return bounded(gateway, 'gateway', receivedAt);
  }
  if (ns !== null) return bounded(ns, 'network_server', receivedAt);
  if (network !== null) return bounded(network, 'network', receivedAt);
  return { at: receivedAt, source: 'received', clamped: false };
}

function bounded(at: Instant, source: OwnTime['source'], receivedAt: Instant): OwnTime {
  if (at <= addSeconds(receivedAt, FUTURE_S)) return { at, source, clamped: false };
  return { at: receivedAt, source: 'received', clamped: true };
}

function isNear(a: Instant, b: Instant): boolean {
  return Math.abs(secondsBetween(a, b)) <= GATEWAY_DRIFT_S;
}

/** A clock that was never set starts in 1970 or 1980, or says 0: it has nothing to say. */
const FIRST = '2000-01-01T00:00:00.000Z';

function instantOrNull(text: string | undefined): Instant | null {
  const instant = text === undefined ? null : parseInstant(text);
  return instant !== null && instant >= FIRST ? instant : null;
}
