import { v5 } from 'uuid';
import { addSeconds, type Instant } from '../../domain/time/instant.ts';
import { type Frame } from './frame-input.ts';

/** What is kept of a frame to know it again: [frame id, session, counter, port, payload, sent at]. A row of a table, so short. */
export type RecentFrame = readonly [
  id: string,
  session: string | null,
  fCnt: number | null,
  fPort: number | null,
  payload: string,
  at: Instant,
];

/** A repeat by the radio comes within this time (rule U2). */
const REPEAT_S = 600;

/** At least so many are kept whatever their age, so that a second delivery is recognised; never more than the other. */
const KEPT_ALWAYS = 8;
const KEPT_AT_MOST = 16;

/** 64 of the 128 bits of an id are enough to tell a device's recent frames apart. */
const ID_DIGITS = 16;
const PAYLOAD_KEPT = 32;
const PAYLOAD_NAMESPACE = '5d1a6d5e-3c0c-5f0e-9d53-0f4b7a7e0b11';

export function recall(
  recent: readonly RecentFrame[],
  frame: Frame,
  at: Instant,
  session: string | null,
): 'duplicate' | 'repeat' | null {
  const id = shortId(frame);
  if (recent.some((one) => one[0] === id)) return 'duplicate';
  if (frame.kind !== 'up' || frame.fCnt === null || session === null) return null;
  const payload = payloadKey(frame);
  const isNear = nearTo(at);
  const isRepeat = ([, ofSession, fCnt, fPort, ofPayload, sentAt]: RecentFrame): boolean =>
    ofSession === session &&
    fCnt === frame.fCnt &&
    fPort === frame.fPort &&
    ofPayload === payload &&
    isNear(sentAt);
  return recent.some(isRepeat) ? 'repeat' : null;
}

export function remember(
  recent: readonly RecentFrame[],
  frame: Frame,
  at: Instant,
  session: string | null,
): readonly RecentFrame[] {
  const entry: RecentFrame = [shortId(frame), session, frame.fCnt, frame.fPort, payloadKey(frame), at];
  const isNear = nearTo(at);
  const kept = recent.filter((one, index) => index >= recent.length - KEPT_ALWAYS + 1 || isNear(one[5]));
  return [...kept, entry].slice(-KEPT_AT_MOST);
}

/** Instants sort as text: parsing those of every message that is remembered would be most of the work. */
function nearTo(at: Instant): (other: Instant) => boolean {
  const [from, to] = [addSeconds(at, -REPEAT_S), addSeconds(at, REPEAT_S)];
  return (other) => from <= other && other <= to;
}

function shortId(frame: Frame): string {
  return frame.frameId.replaceAll('-', '').slice(0, ID_DIGITS);
}

/** A frame of another kind says nothing by its payload; a long one is kept as a hash. */
function payloadKey({ payload }: Frame): string {
  return payload.length <= PAYLOAD_KEPT ? payload : v5(payload, PAYLOAD_NAMESPACE);
}
