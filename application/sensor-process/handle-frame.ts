import { type DeviceState, liveAssignment } from '../../domain/device/state.ts';
import { type TimelineMark } from '../../domain/space/commands.ts';
import { epochMs, type Instant, instantOf, laterOf } from '../../domain/time/instant.ts';
import { type FrameDecoder, type SensorReading } from '../ports/frame-decoder.ts';
import { type ReadingOutcome, type ReadingRow, type SensorTables } from '../ports/sensor-tables.ts';
import { changesWith, DEFAULT_LIMITS, healthAfter } from './device-health.ts';
import { type DeviceFold, type KnownDevice, withHealth } from './device-fold.ts';
import { type DeviceLine } from './device-line.ts';
import { type Join, orderAfter, place, type Placed } from './device-order.ts';
import { devicePast, evidenceOf, toldLast } from './device-past.ts';
import { type Effects, NO_EFFECTS } from './effects.ts';
import { type Frame } from './frame-input.ts';
import { judge, type Judged } from './judge.ts';
import { frameContext } from './observation.ts';
import { occurredAt, type OwnTime } from './occurred-at.ts';
import { type Told } from './spaces.ts';
import { hear, silentFrom, type Timeline } from './timeline.ts';
import { tellSilences, tellSpaces, type TellingContext } from './telling.ts';

export interface FrameContext extends TellingContext {
  readonly decoder: FrameDecoder;
  readonly tables: Pick<SensorTables, 'line'>;
}

/** `fold`: the tables are being made anew, and nobody is told anything until that is done. */
export type Mode = 'live' | 'fold';

export interface Handled {
  readonly fold: DeviceFold;
  readonly effects: Effects;
}

/** A frame of a device, with all that is known about where it belongs. */
interface Turn {
  readonly context: FrameContext;
  readonly line: DeviceLine;
  readonly device: DeviceState;
  readonly frame: Frame;
  readonly own: OwnTime;
  readonly placed: Placed;
  readonly mode: Mode;
}

interface Verdict {
  readonly outcome: ReadingOutcome;
  readonly detail: string | null;
  readonly spaceId: string | null;
  readonly reading: SensorReading | null;
  readonly fold: DeviceFold;
  /** Where it turned out to have its place, if not where it was put at first. */
  readonly effectiveAt?: Instant;
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
    : await decideOn({ context, line, device, frame, own, placed, mode }, ordered);
  const effectiveAt = verdict.effectiveAt ?? placed.effectiveAt;
  return {
    fold: verdict.fold,
    effects: {
      ...NO_EFFECTS,
      rows: [rowOf(frame, own, effectiveAt, placed.session, verdict)],
      device: knownDevice(context, line, device, verdict.fold),
      offerAgain: verdict.outcome === 'unattributed' && verdict.fold.isWaiting,
    },
  };
}

async function decideOn(turn: Turn, fold: DeviceFold): Promise<Verdict> {
  const { context, device, frame, own, placed, mode } = turn;
  if (placed.join !== null && mode === 'live') await recordJoin(context, device, frame, placed.join);
  const judged =
    frame.kind === 'join' ? null : judge(context.decoder, device, { ...frame, at: placed.effectiveAt });
  if (placed.place === 'newest') return newest(turn, judged, fold);
  const verdict = ofThePast(device, placed, judged, fold);
  if (device.status !== 'live') return verdict;
  if (mode === 'fold') return { ...verdict, fold: { ...fold, isWaiting: true } };
  return retellPast(turn, rowOf(frame, own, placed.effectiveAt, placed.session, verdict), verdict);
}

/** What the row of a late message, or of a second copy, says. */
function ofThePast(device: DeviceState, placed: Placed, judged: Judged | null, fold: DeviceFold): Verdict {
  if (placed.place === 'repeat') return outcome('repeat', fold);
  if (judged === null) return outcome(isOrphan(device) ? 'orphan' : 'join', fold);
  const reading = judged.decoded?.reading ?? null;
  if (judged.kind === 'observation') {
    return { ...outcome('late', fold), reading, spaceId: judged.assignment.spaceId };
  }
  const { detail, outcome: what } = judged;
  const isKept =
    what === 'orphan' || what === 'undecodable' || what === 'unattributed' || what === 'encrypted';
  return { ...outcome(isKept ? what : 'late', fold), detail, reading };
}

/** Everything from before it on is told anew: what that changes, the spaces find by themselves (rule U4). */
async function retellPast(
  { context, device, line }: Turn,
  row: ReadingRow,
  verdict: Verdict,
): Promise<Verdict> {
  const { fold } = verdict;
  const { key } = line;
  const since = row.occurredAt < row.effectiveAt ? row.occurredAt : row.effectiveAt;
  const past = await devicePast(context, line, device, since, row);
  // Kept already, so whoever was to be told has been told.
  if (past === 'known' || past === null) return verdict;
  const last = past.line.at(-1);
  const own = past.line.find(({ message }) => message.frameId === row.frameId);
  const decoded = own?.judged?.decoded ?? null;
  if (last === undefined) return verdict;
  const lasting = lastingSilence(context.decoder, device, fold, last.effectiveAt);
  const unseen: readonly TimelineMark[] =
    lasting === null ? [] : [{ at: lasting.deadline, value: 'UNKNOWN', uncertaintyS: 0 }];
  const { from } = past;
  const through = laterOf(last.effectiveAt, fold.silentSince ?? last.effectiveAt);
  const order = orderAfter(fold.order, past.line);
  const silences = lasting === null ? past.silences : [...past.silences, lasting];
  const { frameId } = row;
  await tellSilences(context, key, { from, through, silences, frameId, session: order.session }, frameId);
  const told = await tellSpaces(context, device, {
    ...key,
    from,
    through,
    marks: [...past.marks, ...unseen],
    evidence: decoded === null ? null : evidenceOf(row, decoded),
    correlationId: frameId,
  });
  const isEarly = [...told.values()].some((one) => one.outcome === 'unattributed');
  const assignment = liveAssignment(device);
  return {
    ...verdict,
    ...(own === undefined ? {} : { effectiveAt: own.effectiveAt }),
    fold: {
      ...fold,
      order,
      known: past.known,
      silentSince: lasting?.deadline ?? null,
      told: isEarly || assignment === null || lasting !== null ? null : toldLast(past, assignment),
      isWaiting: fold.isWaiting || isEarly,
    },
  };
}

/** The silence that was told and still is one. */
function lastingSilence(decoder: FrameDecoder, device: DeviceState, fold: DeviceFold, lastHeardAt: Instant) {
  const deadline = silentFrom(lastHeardAt, heartbeatOf(decoder, device));
  return deadline === null || deadline !== fold.silentSince ? null : { lastHeardAt, deadline, endedAt: null };
}

/** It follows all others, and may change the present. */
async function newest(turn: Turn, judged: Judged | null, before: DeviceFold): Promise<Verdict> {
  const { context, device, frame, line, mode, own, placed } = turn;
  const { effectiveAt: at } = placed;
  const decoded = judged?.decoded ?? null;
  const reading = decoded?.reading ?? null;
  const place = { session: placed.session, timeSource: own.source, clockSuspect: own.clamped };
  const evidence = decoded === null ? null : evidenceOf({ ...frame, ...place }, decoded);
  const heard = { at, beforeS: placed.beforeS, follows: placed.follows, reading, evidence };
  const step = hear(before.known, heard, heartbeatOf(context.decoder, device));
  const fold = afterHearing(before, reading, step, at);
  const verdict: Verdict = { ...rowOutcome(device, judged, fold), reading };
  if (mode === 'fold') return folded(verdict, judged, step);
  const healthy = await reportHealth(turn, reading, fold);
  const isSilenceTold = step.silences.length > 0 || before.silentSince !== null;
  const stretch = {
    ...line.key,
    from: before.known.heardAt === null ? at : instantOf(epochMs(before.known.heardAt) + 1),
    through: laterOf(at, before.silentSince ?? at),
    marks: step.marks,
    evidence,
    correlationId: frame.frameId,
  };
  if (isSilenceTold) {
    const { from, through } = stretch;
    const told = { from, through, silences: step.silences, frameId: frame.frameId, session: null };
    await tellSilences(context, line.key, told, frame.frameId);
  }
  if (judged?.kind !== 'observation') {
    if (isSilenceTold) await tellSpaces(context, device, stretch);
    return { ...verdict, fold: healthy };
  }
  const { assignment, value } = judged;
  const known = before.told?.processId === assignment.processId ? before.told : null;
  const isSame = known?.value === value;
  const isPlain = step.marks.length === 1 && !isSilenceTold && assignment.to === null;
  if (isPlain && isSame && epochMs(at) - epochMs(known.at) < TELL_AGAIN_MS) {
    return { ...verdict, outcome: 'unchanged', fold: { ...healthy, told: known } };
  }
  const [mark] = step.marks;
  let told: Told | undefined;
  if (isPlain && mark?.evidence !== undefined) {
    const { uncertaintyS, evidence: shownBy } = mark;
    const observation = { ...line.key, value, at, uncertaintyS, evidence: shownBy };
    told = await context.spaces.tell(observation, assignment.spaceId);
  }
  if (told === undefined || told.outcome === 'behind') {
    const answers = await tellSpaces(context, device, stretch);
    told = answers.get(assignment.spaceId) ?? { outcome: 'unattributed', detail: null };
  }
  if (told.outcome === 'unattributed' || told.outcome === 'refused') {
    const isWaiting = healthy.isWaiting || told.outcome === 'unattributed';
    return { ...verdict, outcome: told.outcome, detail: told.detail, fold: { ...healthy, isWaiting } };
  }
  return {
    ...verdict,
    // By the device's own line, not by what the space answered: read again after a crash, the row comes out the same.
    outcome: isSame ? 'unchanged' : 'applied',
    fold: { ...healthy, told: { processId: assignment.processId, value, at } },
  };
}

function folded(verdict: Verdict, judged: Judged | null, step: Timeline): Verdict {
  const says = judged?.kind === 'observation';
  const isWaiting = verdict.fold.isWaiting || says || step.silences.length > 0;
  return {
    ...verdict,
    outcome: says ? 'folded' : verdict.outcome,
    spaceId: null,
    fold: { ...verdict.fold, isWaiting },
  };
}

function afterHearing(
  before: DeviceFold,
  reading: SensorReading | null,
  step: Timeline,
  at: Instant,
): DeviceFold {
  const healthy = reading === null ? before : withHealth(before, reading);
  const [was, is] = [before.known.value, step.known.value];
  return {
    ...healthy,
    known: step.known,
    silentSince: null,
    changes: was !== null && is !== null && was !== is ? changesWith(before.changes, at) : before.changes,
    // Whoever lost sight of the bay has to be told again.
    told: step.silences.length > 0 || before.silentSince !== null ? null : before.told,
  };
}

function rowOutcome(device: DeviceState, judged: Judged | null, fold: DeviceFold): Verdict {
  if (judged === null) return outcome(isOrphan(device) ? 'orphan' : 'join', fold);
  if (judged.kind === 'observation') {
    return { ...outcome('applied', fold), spaceId: judged.assignment.spaceId };
  }
  return { ...outcome(judged.outcome, fold), detail: judged.detail };
}

async function reportHealth(
  { context: { handlers, now }, device, frame, placed }: Turn,
  reading: SensorReading | null,
  fold: DeviceFold,
): Promise<DeviceFold> {
  if (device.status !== 'live' || frame.devEui === null) return fold;
  const { effectiveAt, isCounterReset } = placed;
  const { ailments, report } = healthAfter(
    fold.ailments,
    reading,
    frame,
    effectiveAt,
    fold.changes,
    DEFAULT_LIMITS,
  );
  if (report === null && !isCounterReset) return { ...fold, ailments };
  const at = now();
  await handlers.device.handle(
    frame.devEui,
    {
      ...(report ?? { type: 'ReportHealth', frameId: frame.frameId, at: effectiveAt }),
      ...(isCounterReset ? { isCounterReset } : {}),
      now: at,
    },
    frameContext(frame.tenantId, frame.frameId, 'health', at),
  );
  return { ...fold, ailments };
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

/** Null: nobody misses it. */
export function heartbeatOf(decoder: FrameDecoder, device: DeviceState): number | null {
  return device.status === 'live' ? decoder.heartbeatS(device.deviceType) : null;
}

export function knownDevice(
  { decoder }: Pick<FrameContext, 'decoder'>,
  line: DeviceLine,
  device: DeviceState,
  fold: DeviceFold,
): KnownDevice {
  // Of a parked device nobody knows what it is.
  const isUnknown = isOrphan(device) && !line.parked;
  return { key: line.key, fold, heartbeatS: heartbeatOf(decoder, device), isOrphan: isUnknown };
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
