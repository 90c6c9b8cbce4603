import {
  addSeconds,
  type Instant,
  earlierOf,
  parseInstant,
  secondsBetween,
} from '../../domain/time/instant.ts';
import { type Frame } from './frame-input.ts';
import { effective, type InOrder, type Message } from './in-order.ts';
import { type OwnTime } from './occurred-at.ts';
import { recall, remember, type RecentFrame } from './recent-of-device.ts';

/** The frames between two joins: the frame counter counts inside one. */
export interface Session {
  /** As in the messages: the device address, or the network's session key id. */
  readonly key: string;
  /** Tells two sessions with one key apart: the key and when its first message was sent. Stored as evidence. */
  readonly label: string;
  readonly openedAt: Instant;
  /** The highest counter so far; null after a join. */
  readonly fCnt: number | null;
}

/** A device's frames as one line. Small and plain JSON: it is kept in a table, and goes on after a restart. */
export interface DeviceOrder {
  readonly session: Session | null;
  /** Earlier sessions, the latest last: a frame of one of them is late. */
  readonly past: readonly { readonly key: string; readonly label: string }[];
  /** Effective time of the newest message. */
  readonly newestAt: Instant | null;
  readonly recent: readonly RecentFrame[];
}

export const NO_ORDER: DeviceOrder = { session: null, past: [], newestAt: null, recent: [] };

export interface Join {
  readonly session: string;
  readonly devAddr: string;
  readonly at: Instant;
}

export interface Placed {
  /**
   * - `newest`: it follows all others and may change the present.
   * - `late`: others that were sent later are known. Kept; the present stays as it is (rule U4).
   * - `repeat`: the radio sent one message twice (rule U2).
   * - `duplicate`: the very message again.
   */
  readonly place: 'newest' | 'late' | 'repeat' | 'duplicate';
  readonly session: string | null;
  readonly effectiveAt: Instant;
  readonly order: DeviceOrder;
  /** A session began here, or its join came after its first message. */
  readonly join: Join | null;
  /** Seconds since the message before, rounded up; null where there is none. */
  readonly beforeS: number | null;
  /** It is the one with the next counter: nothing was lost in between. */
  readonly follows: boolean;
  /** The counter began anew without a join. */
  readonly isCounterReset: boolean;
}

const PAST_KEPT = 8;

/**
 * A lower counter, or an address of an earlier session, in a message sent this much later than all others: not a late
 * message but a counter that began anew (a device restored by hand, a server set up again). Without this such a device
 * would be late for ever.
 */
const RESTART_S = 600;

/** Puts an uplink or a join at its place in the device's line. Pure and total. */
export function place(order: DeviceOrder, frame: Frame, own: OwnTime): Placed {
  const inSession = order.session?.key === (frame.session ?? '') ? order.session.label : null;
  const before = recall(order.recent, frame, own.at, inSession);
  if (before === 'duplicate') return stay(order, 'duplicate', own, order.session?.label ?? null);
  if (frame.kind === 'join') return placeJoin(order, frame, own);
  if (before === 'repeat') return noted(order, 'repeat', frame, own, order.session?.label ?? null);
  const session = order.session;
  const key = frame.session ?? '';
  if (session === null) return opened(order, key, frame, own, null);
  if (key === session.key) return placeInSession(order, session, frame, own);
  const earlier = order.past.findLast((one) => one.key === key);
  if (earlier === undefined && isAfter(own.at, order.newestAt)) return opened(order, key, frame, own, key);
  if (earlier !== undefined && isRestart(order, own)) return opened(order, key, frame, own, key);
  return noted(order, 'late', frame, own, earlier?.label ?? labelOf(key, own.at));
}

function placeInSession(order: DeviceOrder, session: Session, frame: Frame, own: OwnTime): Placed {
  const { fCnt } = frame;
  const isNext =
    fCnt === null ? isAfter(own.at, order.newestAt) : session.fCnt === null || fCnt > session.fCnt;
  if (isNext) {
    const follows = fCnt !== null && (session.fCnt === null || fCnt === session.fCnt + 1);
    const next = { ...session, fCnt: fCnt ?? session.fCnt };
    return appended({ ...order, session: next }, order.newestAt, frame, own, null, follows);
  }
  if (isRestart(order, own)) {
    return { ...opened(order, session.key, frame, own, null), isCounterReset: true };
  }
  return noted(order, 'late', frame, own, session.label);
}

/** A join begins a session with the address that it names, unless messages of that session are known already. */
function placeJoin(order: DeviceOrder, frame: Frame, own: OwnTime): Placed {
  const { session } = order;
  if (frame.session === null) return stay(order, 'late', own, session?.label ?? null);
  if (session !== null && frame.session === session.key && own.at <= session.openedAt) {
    const late = noted(order, 'late', frame, own, session.label);
    return { ...late, join: { session: session.label, devAddr: session.key, at: own.at } };
  }
  if (!isAfter(own.at, order.newestAt)) {
    return noted(order, 'late', frame, own, labelOf(frame.session, own.at));
  }
  return opened(order, frame.session, frame, own, frame.session);
}

/** A session begins. `joined`: the address, where a join must have come before. */
function opened(order: DeviceOrder, key: string, frame: Frame, own: OwnTime, joined: string | null): Placed {
  const label = labelOf(key, own.at);
  const session: Session = { key, label, openedAt: own.at, fCnt: frame.kind === 'join' ? null : frame.fCnt };
  const past =
    order.session === null
      ? order.past
      : [...order.past, { key: order.session.key, label: order.session.label }].slice(-PAST_KEPT);
  const join = joined === null || joined === '' ? null : { session: label, devAddr: joined, at: own.at };
  return appended({ ...order, session, past }, order.newestAt, frame, own, join, order.newestAt === null);
}

/** Tells sessions with one key apart, and which came first. */
function labelOf(key: string, at: Instant): string {
  return `${key.slice(0, 64)}/${at.slice(0, 19).replaceAll(/[-:]/g, '')}`;
}

/** The key and the beginning that a label names; null for one that this program did not write. */
export function sessionOfLabel(label: string): { readonly key: string; readonly since: Instant } | null {
  const [, key, date, time] = /^(.*)\/(\d{8})T(\d{6})$/.exec(label) ?? [];
  if (key === undefined || date === undefined || time === undefined) return null;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  const since = parseInstant(`${day}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`);
  return since === null ? null : { key, since };
}

/** A late message may turn out to be the newest of all, by the order of sessions. */
export function orderAfter(order: DeviceOrder, line: readonly InOrder<Message>[]): DeviceOrder {
  const last = line.at(-1);
  if (last === undefined) return order;
  const { session: key, sessionLabel: label } = last.message;
  const newestAt = last.effectiveAt;
  const known = label === null ? null : sessionOfLabel(label);
  if (label === null || known === null || key === order.session?.key) return { ...order, newestAt };
  const counters = line.filter(({ epoch }) => epoch === last.epoch).map(({ message }) => message.fCnt ?? -1);
  const highest = Math.max(...counters);
  const session = { key, label, openedAt: known.since, fCnt: highest < 0 ? null : highest };
  const before = order.session;
  const past = before === null ? [] : [{ key: before.key, label: before.label }];
  return { ...order, newestAt, session, past: [...order.past, ...past].slice(-PAST_KEPT) };
}

function appended(
  order: DeviceOrder,
  before: Instant | null,
  frame: Frame,
  own: OwnTime,
  join: Join | null,
  follows: boolean,
): Placed {
  const effectiveAt = effective(own.at, before);
  const label = order.session?.label ?? null;
  return {
    place: 'newest',
    session: label,
    effectiveAt,
    order: { ...order, newestAt: effectiveAt, recent: remember(order.recent, frame, own.at, label) },
    join,
    beforeS: before === null ? null : Math.ceil(secondsBetween(before, effectiveAt)),
    follows,
    isCounterReset: false,
  };
}

function noted(
  order: DeviceOrder,
  where: 'late' | 'repeat',
  frame: Frame,
  own: OwnTime,
  session: string | null,
): Placed {
  const recent = remember(order.recent, frame, own.at, session);
  return stay({ ...order, recent }, where, own, session);
}

function stay(order: DeviceOrder, where: Placed['place'], own: OwnTime, session: string | null): Placed {
  const effectiveAt = order.newestAt === null ? own.at : earlierOf(own.at, order.newestAt);
  return {
    place: where,
    session,
    effectiveAt,
    order,
    join: null,
    beforeS: null,
    follows: false,
    isCounterReset: false,
  };
}

function isAfter(at: Instant, newest: Instant | null): boolean {
  return newest === null || at > newest;
}

/** Only by a clock of the network: when we received it says nothing about when it was sent. */
function isRestart(order: DeviceOrder, own: OwnTime): boolean {
  if (order.newestAt === null) return true;
  return own.source !== 'received' && own.at > addSeconds(order.newestAt, RESTART_S);
}
