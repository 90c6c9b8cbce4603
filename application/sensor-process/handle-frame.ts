import { type DeviceState } from '../../domain/device/state.ts';
import { epochMs, type Instant } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { type FrameDecoder, type SensorReading } from '../ports/frame-decoder.ts';
import { type ReadingOutcome, type ReadingRow } from '../ports/sensor-tables.ts';
import { type DeviceFold, withHealth, type KnownDevice } from './device-fold.ts';
import { type DeviceLine } from './device-line.ts';
import { place, type Join, type Placed } from './device-order.ts';
import { type Effects, NO_EFFECTS } from './effects.ts';
import { type Frame } from './frame-input.ts';
import { judge, type Judged } from './judge.ts';
import { frameContext, type Observation, uncertaintyOf } from './observation.ts';
import { occurredAt, type OwnTime } from './occurred-at.ts';
import { type Spaces } from './spaces.ts';

export interface FrameContext {
  readonly handlers: Handlers;
  readonly decoder: FrameDecoder;
  readonly spaces: Spaces;
  readonly now: () => Instant;
}

/** `fold`: the tables are being made anew, and nobody is told anything until that is done. */
export type Mode = 'live' | 'fold';

export interface Handled {
  readonly fold: DeviceFold;
  readonly effects: Effects;
}

interface Verdict {
  readonly outcome: ReadingOutcome;
  readonly detail: string | null;
  readonly spaceId: string | null;
  readonly reading: SensorReading | null;
  readonly fold: DeviceFold;
}

/**
 * The same value again is a heartbeat and is told to nobody (rule U6), except once in a while: a member of staff may
 * have said otherwise since, and the sensor's next word is newer than theirs (rule U14).
 */
const TELL_AGAIN_MS = 1_800_000;

/** One frame of a device whose turn it is. Answers what follows from it and changes nothing in memory, so it can be tried again. */
export async function handleFrame(
  context: FrameContext,
  line: DeviceLine,
  device: DeviceState,
  frame: Frame,
  mode: Mode,
): Promise<Handled> {
  const own = occurredAt(frame);
  if (frame.kind !== 'up' && frame.kind !== 'join') {
    const row = rowOf(frame, own, own.at, null, outcome('network-event', line.fold));
    return { fold: line.fold, effects: { ...NO_EFFECTS, rows: [row] } };
  }
  const placed = place(line.fold.order, frame, own);
  if (placed.place === 'duplicate') return { fold: line.fold, effects: NO_EFFECTS };
  const isNewest = placed.place === 'newest';
  const ordered: DeviceFold = {
    ...line.fold,
    order: placed.order,
    lastFrameId: isNewest || line.fold.lastFrameId === null ? frame.frameId : line.fold.lastFrameId,
  };
  const verdict = line.parked
    ? outcome('parked', { ...ordered, isWaiting: true })
    : await decideOn(context, device, frame, own, placed, ordered, mode);
  return {
    fold: verdict.fold,
    effects: {
      ...NO_EFFECTS,
      rows: [rowOf(frame, own, placed.effectiveAt, placed.session, verdict)],
      device: knownDevice(context, line, device, verdict.fold),
      offerAgain: verdict.outcome === 'unattributed' && verdict.fold.isWaiting,
    },
  };
}

async function decideOn(
  context: FrameContext,
  device: DeviceState,
  frame: Frame,
  own: OwnTime,
  placed: Placed,
  fold: DeviceFold,
  mode: Mode,
): Promise<Verdict> {
  if (placed.join !== null && mode === 'live') await recordJoin(context, device, frame, placed.join);
  if (frame.kind === 'join') return outcome(isOrphan(device) ? 'orphan' : 'join', fold);
  const judged = judge(context.decoder, device, { ...frame, at: placed.effectiveAt });
  if (placed.place === 'repeat') return outcome('repeat', fold);
  if (judged.kind === 'nothing') {
    const known =
      judged.reading === null || placed.place !== 'newest' ? fold : withHealth(fold, judged.reading);
    const isLate = placed.place === 'late' && judged.outcome !== 'orphan' && judged.outcome !== 'undecodable';
    return { ...judged, outcome: isLate ? 'late' : judged.outcome, spaceId: null, fold: known };
  }
  const { reading, assignment } = judged;
  if (placed.place === 'late') return { ...outcome('late', fold), reading, spaceId: assignment.spaceId };
  const healthy = withHealth(fold, reading);
  if (mode === 'fold') return { ...outcome('folded', { ...healthy, isWaiting: true }), reading };
  return tell(context, frame, own, placed, judged, healthy);
}

async function tell(
  context: FrameContext,
  frame: Frame,
  own: OwnTime,
  placed: Placed,
  judged: Extract<Judged, { kind: 'observation' }>,
  fold: DeviceFold,
): Promise<Verdict> {
  const { assignment, reading, value } = judged;
  const { effectiveAt } = placed;
  const about = { detail: null, spaceId: assignment.spaceId, reading };
  const before = fold.told;
  const isSame = before?.processId === assignment.processId && before.value === value;
  if (isSame && epochMs(effectiveAt) - epochMs(before.at) < TELL_AGAIN_MS) {
    return { ...about, outcome: 'unchanged', fold };
  }
  const observation: Observation = {
    tenantId: frame.tenantId,
    devEui: frame.devEui ?? '',
    frameId: frame.frameId,
    value,
    at: effectiveAt,
    session: placed.session,
    fCnt: frame.fCnt,
    timeSource: own.source,
    clockSuspect: own.clamped,
    decoder: judged.decoder,
    decoderVersion: judged.decoderVersion,
    uncertaintyS: uncertaintyOf(reading, placed.beforeS, placed.follows),
  };
  const told = await context.spaces.tell(observation, assignment.spaceId);
  const taken = told.outcome === 'taken';
  const next: DeviceFold = taken
    ? { ...fold, told: { processId: assignment.processId, value, at: effectiveAt } }
    : { ...fold, isWaiting: fold.isWaiting || told.outcome === 'unattributed' };
  // By the device's own line, not by what the space answered: read again after a crash, the row comes out the same.
  return {
    ...about,
    ...told,
    outcome: told.outcome !== 'taken' ? told.outcome : isSame ? 'unchanged' : 'applied',
    fold: next,
  };
}

async function recordJoin(
  { decoder, handlers, now }: FrameContext,
  device: DeviceState,
  frame: Frame,
  join: Join,
): Promise<void> {
  if (device.status === 'unregistered' || frame.devEui === null) return;
  const at = now();
  const devAddr = decoder.deviceAddress(frame.network, frame.envelope) ?? join.devAddr;
  await handlers.device.handle(
    frame.devEui,
    { type: 'RecordJoin', session: join.session, devAddr: devAddr.slice(0, 16), at: join.at, now: at },
    frameContext(frame.tenantId, frame.frameId, 'record-join', at),
  );
}

export function knownDevice(
  { decoder }: Pick<FrameContext, 'decoder'>,
  line: DeviceLine,
  device: DeviceState,
  fold: DeviceFold,
): KnownDevice {
  const heartbeatS = device.status === 'unregistered' ? null : decoder.heartbeatS(device.deviceType);
  // Of a parked device nobody knows what it is.
  return { key: line.key, fold, heartbeatS, isOrphan: isOrphan(device) && !line.parked };
}

function isOrphan(device: DeviceState): boolean {
  return device.status !== 'live';
}

function outcome(what: ReadingOutcome, fold: DeviceFold): Verdict {
  return { outcome: what, detail: null, spaceId: null, reading: null, fold };
}

/** The row of a frame that names no device, or that is no frame. */
export function rowOfNobody(frame: Frame, what: ReadingOutcome, detail: string | null): ReadingRow {
  const own = occurredAt(frame);
  return {
    ...rowOf(frame, own, own.at, null, { outcome: what, detail, spaceId: null, reading: null }),
    devEui: null,
  };
}

function rowOf(
  frame: Frame,
  own: OwnTime,
  effectiveAt: Instant,
  session: string | null,
  verdict: Omit<Verdict, 'fold'>,
): ReadingRow {
  return {
    tenantId: frame.tenantId,
    frameId: frame.frameId,
    devEui: frame.devEui,
    kind: frame.kind,
    receivedAt: frame.receivedAt,
    occurredAt: own.at,
    timeSource: own.source,
    clockSuspect: own.clamped,
    effectiveAt,
    session,
    fCnt: frame.fCnt,
    fPort: frame.fPort,
    payload: frame.payload,
    outcome: verdict.outcome,
    detail: verdict.detail,
    spaceId: verdict.spaceId,
    decoded: verdict.reading === null ? null : JSON.stringify(verdict.reading),
    stream: frame.stream,
    revision: frame.revision,
  };
}
