import { addSeconds, epochMs, type Instant, instantOf, secondsBetween } from '../../domain/time/instant.ts';

/** A message as far as its place in the line depends on it. */
export interface Message {
  readonly frameId: string;
  readonly kind: string;
  /** The key of its session: device address or session key id. */
  readonly session: string;
  /** As it was named when it was handled. */
  readonly sessionLabel: string | null;
  /** When that session had begun at the latest, where it is known. */
  readonly sessionSince: Instant | null;
  readonly fCnt: number | null;
  readonly fPort: number | null;
  readonly payload: string;
  /** By its own clock. */
  readonly at: Instant;
  /** Our own clock: it says nothing about when a message was sent. */
  readonly isAtReceipt: boolean;
}

export interface InOrder<M extends Message> {
  readonly message: M;
  /** The place in the list of sessions. */
  readonly epoch: number;
  readonly effectiveAt: Instant;
  readonly beforeS: number | null;
  readonly follows: boolean;
}

interface Epoch<M> {
  readonly key: string;
  since: Instant;
  maxFCnt: number | null;
  readonly messages: M[];
}

/** A counter that began anew, and a message of an earlier session: see device-order.ts. */
const RESTART_S = 600;
const REPEAT_S = 600;

/**
 * A device's messages in their order (rule U4): sessions by their beginning, in a session by the frame counter; of a
 * message that the radio repeated only the first copy. A pure function of the set of messages: the order in which they are
 * given plays no part.
 */
export function inOrder<M extends Message>(messages: readonly M[]): readonly InOrder<M>[] {
  const epochs = epochsOf([...messages].sort(byTime));
  epochs.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  const line: InOrder<M>[] = [];
  for (const [epoch, { messages: ofEpoch }] of epochs.entries()) {
    for (const message of withoutRepeats([...ofEpoch].sort(byCounter))) {
      const before = line.at(-1);
      const effectiveAt = effective(message.at, before?.effectiveAt ?? null);
      const beforeS =
        before === undefined ? null : Math.ceil(secondsBetween(before.effectiveAt, effectiveAt));
      const follows = before === undefined || isNext(before, message, epoch);
      line.push({ message, epoch, effectiveAt, beforeS, follows });
    }
  }
  return line;
}

/** As if they had come in the order of their own clocks. */
function epochsOf<M extends Message>(sorted: readonly M[]): Epoch<M>[] {
  const epochs: Epoch<M>[] = [];
  let newest: Instant | null = null;
  for (const message of sorted) {
    const current = epochs.at(-1);
    const isLong = newest !== null && !message.isAtReceipt && message.at > addSeconds(newest, RESTART_S);
    const known = epochs.findLast(({ key }) => key === message.session);
    const isCounterLow =
      known?.maxFCnt !== undefined &&
      known.maxFCnt !== null &&
      message.fCnt !== null &&
      message.fCnt <= known.maxFCnt;
    const belongs =
      known !== undefined &&
      (known === current ? !(isLong && isCounterLow) : !isLong) &&
      !isRejoin(known, message);
    if (known !== undefined && belongs) join(known, message);
    else epochs.push(newEpoch(message));
    if (newest === null || message.at > newest) newest = message.at;
  }
  return epochs;
}

/** Another join with the same address, long after. */
function isRejoin<M extends Message>({ since }: Epoch<M>, { kind, at }: M): boolean {
  return kind === 'join' && at > addSeconds(since, RESTART_S);
}

function newEpoch<M extends Message>(message: M): Epoch<M> {
  const since =
    message.sessionSince !== null && message.sessionSince < message.at ? message.sessionSince : message.at;
  return { key: message.session, since, maxFCnt: message.fCnt, messages: [message] };
}

function join<M extends Message>(epoch: Epoch<M>, message: M): void {
  epoch.messages.push(message);
  if (message.sessionSince !== null && message.sessionSince < epoch.since) epoch.since = message.sessionSince;
  if (message.fCnt !== null) epoch.maxFCnt = Math.max(epoch.maxFCnt ?? 0, message.fCnt);
}

/** Joins come first; a message without a counter has its place by its clock. */
function byCounter(a: Message, b: Message): number {
  const joins = Number(b.kind === 'join') - Number(a.kind === 'join');
  if (joins !== 0) return joins;
  return a.fCnt === null || b.fCnt === null || a.fCnt === b.fCnt ? byTime(a, b) : a.fCnt - b.fCnt;
}

function byTime(a: Message, b: Message): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  const joins = Number(b.kind === 'join') - Number(a.kind === 'join');
  if (joins !== 0) return joins;
  if (a.fCnt !== b.fCnt) return (a.fCnt ?? -1) - (b.fCnt ?? -1);
  return a.frameId < b.frameId ? -1 : a.frameId > b.frameId ? 1 : 0;
}

function withoutRepeats<M extends Message>(sorted: readonly M[]): readonly M[] {
  const kept: M[] = [];
  for (const message of sorted) {
    const isRepeat = (one: M): boolean =>
      one.kind === 'up' &&
      message.kind === 'up' &&
      message.fCnt !== null &&
      one.fCnt === message.fCnt &&
      one.fPort === message.fPort &&
      one.payload === message.payload &&
      Math.abs(secondsBetween(one.at, message.at)) <= REPEAT_S;
    // Equal counters stand together.
    if (!kept.slice(-8).some(isRepeat)) kept.push(message);
  }
  return kept;
}

function isNext<M extends Message>(before: InOrder<M>, message: M, epoch: number): boolean {
  if (before.epoch !== epoch || message.fCnt === null) return false;
  const { fCnt, kind } = before.message;
  return kind === 'join' || (fCnt !== null && fCnt + 1 === message.fCnt);
}

/**
 * max(own time, the predecessor's), and a millisecond more than the predecessor's: no two messages of a device have the
 * same effective time, so a message offered again is recognised as older than what came of the one after it.
 */
export function effective(own: Instant, before: Instant | null): Instant {
  return before === null || own > before ? own : instantOf(epochMs(before) + 1);
}
