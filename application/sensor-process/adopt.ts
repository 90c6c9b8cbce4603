import { type DeviceAssignment, type DeviceState } from '../../domain/device/state.ts';
import { laterOf } from '../../domain/time/instant.ts';
import { type OutcomeChange, type ReadingOutcome, type ReadingRow } from '../ports/sensor-tables.ts';
import { type DeviceFold, withHealth } from './device-fold.ts';
import { type DeviceLine } from './device-line.ts';
import { type DevicePast, devicePast, evidenceOf, toldLast } from './device-past.ts';
import { NO_EFFECTS } from './effects.ts';
import { orderAfter } from './device-order.ts';
import { type FrameContext, type Handled, knownDevice } from './handle-frame.ts';
import { type Told } from './spaces.ts';
import { silentFrom } from './timeline.ts';
import { tellSilences } from './telling.ts';

/** Readings that no space has taken, and that may find one when an assignment, a type or a parking has changed. */
const OPEN: ReadonlySet<ReadingOutcome> = new Set([
  'orphan',
  'unattributed',
  'undecodable',
  'folded',
  'parked',
]);

/** Readings that a space has taken, or would have if they had come in time. */
const ATTRIBUTED: ReadonlySet<ReadingOutcome> = new Set(['applied', 'unchanged', 'late']);

/**
 * Tells the spaces of a device what they do not know: after a claim, a change of type, or when the tables were made anew.
 * From its first open reading on the whole line is told, in its order; spaces find by themselves what of it is news.
 */
export async function adopt(context: FrameContext, line: DeviceLine, device: DeviceState): Promise<Handled> {
  const settled: DeviceFold = { ...line.fold, isWaiting: false };
  const assignments =
    device.status === 'unregistered' ? [] : device.assignments.filter(({ role }) => role === 'sensor');
  const [first] = [...assignments].sort((a, b) => (a.from < b.from ? -1 : 1));
  const past = first === undefined ? null : await devicePast(context, line, device, first.from, null);
  if (past === null || past === 'known') return handled(context, line, device, settled, []);
  let fold = foldAfter(context, device, settled, past);
  const outcomes = new Map<string, OutcomeChange>();
  for (const assignment of assignments) {
    const found = await adoptFor(context, line, assignment, past, fold);
    fold = found.fold;
    for (const change of found.outcomes) outcomes.set(change.frameId, change);
  }
  if (outcomes.size > 0 && device.status === 'live') await tellOfSilences(context, line, past, fold);
  return handled(context, line, device, fold, [...outcomes.values()]);
}

function handled(
  context: FrameContext,
  line: DeviceLine,
  device: DeviceState,
  fold: DeviceFold,
  outcomes: readonly OutcomeChange[],
): Handled {
  const known = knownDevice(context, line, device, fold);
  return { fold, effects: { ...NO_EFFECTS, outcomes, device: known, offerAgain: fold.isWaiting } };
}

/** What the newest messages say now that they can be read. */
function foldAfter(
  { decoder }: FrameContext,
  device: DeviceState,
  fold: DeviceFold,
  past: DevicePast,
): DeviceFold {
  const read = past.line.reduce<DeviceFold>((known, { judged }) => {
    const reading = judged?.decoded?.reading;
    return reading === undefined ? known : withHealth(known, reading);
  }, fold);
  const last = past.line.at(-1)?.effectiveAt ?? null;
  const heartbeatS = device.status === 'live' ? decoder.heartbeatS(device.deviceType) : null;
  const deadline = last === null ? null : silentFrom(last, heartbeatS);
  return {
    ...read,
    order: orderAfter(fold.order, past.line),
    known: past.known,
    silentSince: deadline === fold.silentSince ? deadline : null,
  };
}

interface Adopted {
  readonly fold: DeviceFold;
  readonly outcomes: readonly OutcomeChange[];
}

async function adoptFor(
  context: FrameContext,
  { key }: DeviceLine,
  assignment: DeviceAssignment,
  past: DevicePast,
  before: DeviceFold,
): Promise<Adopted> {
  const { spaceId } = assignment;
  const present = await context.spaces.present(key.tenantId, spaceId);
  // The claim is there and the space is not: its registration or the assignment is under way.
  if (present === null) {
    return { fold: { ...before, isWaiting: before.isWaiting || assignment.to === null }, outcomes: [] };
  }
  const open = past.line.filter(({ message, effectiveAt }) => {
    const { row } = message;
    if (row.kind !== 'up' || effectiveAt < assignment.from) return false;
    if (assignment.to !== null && effectiveAt >= assignment.to) return false;
    return OPEN.has(row.outcome) || (ATTRIBUTED.has(row.outcome) && row.spaceId !== spaceId);
  });
  const last = past.line.at(-1);
  const [first] = open;
  if (first === undefined || last === undefined) return { fold: before, outcomes: [] };
  // What was told before the tables were lost is known to the space as far as it remembers.
  const since = open.every(({ message }) => message.row.outcome === 'folded')
    ? laterOf(first.effectiveAt, present.remembersFrom)
    : first.effectiveAt;
  const from = laterOf(since, past.from);
  const through = laterOf(last.effectiveAt, before.silentSince ?? last.effectiveAt);
  const told = await context.spaces.tellStretch(
    {
      ...key,
      from,
      through,
      marks: [
        ...past.marks,
        ...(before.silentSince === null
          ? []
          : [{ at: before.silentSince, value: 'UNKNOWN', uncertaintyS: 0 } as const]),
      ],
      evidence: evidenceOfFirst(first),
      correlationId: last.message.frameId,
    },
    spaceId,
  );
  const isTaken = told.outcome === 'taken';
  return {
    fold: isTaken
      ? { ...before, told: toldLast(past, assignment) ?? before.told }
      : { ...before, isWaiting: before.isWaiting || told.outcome === 'unattributed' },
    outcomes: open.flatMap((one) => outcomeOf(one, past, told) ?? []),
  };
}

type InPast = DevicePast['line'][number];

function evidenceOfFirst({ message, judged }: InPast) {
  const decoded = judged?.decoded ?? null;
  return decoded === null ? null : evidenceOf(message.row, decoded);
}

/** Null: as it was. */
function outcomeOf(one: InPast, { line }: DevicePast, told: Told): OutcomeChange | null {
  const { message, judged } = one;
  const { row } = message;
  if (judged === null) return null;
  const reading = judged.decoded?.reading ?? null;
  if (judged.kind === 'nothing') {
    if (judged.outcome === row.outcome) return null;
    return changeOf(row, judged.outcome, judged.detail, null, reading);
  }
  const spaceId = judged.assignment.spaceId;
  if (told.outcome === 'unattributed' || told.outcome === 'refused') {
    return changeOf(row, told.outcome, told.detail, spaceId, reading);
  }
  const index = line.indexOf(one);
  const before = line
    .slice(0, index)
    .findLast(
      ({ judged: earlier }) => earlier?.kind === 'observation' && earlier.assignment.spaceId === spaceId,
    );
  const isSame = before?.judged?.kind === 'observation' && before.judged.value === judged.value;
  return changeOf(row, isSame ? 'unchanged' : 'applied', null, spaceId, reading);
}

/** Without a frame that says otherwise none is taken back: older messages may no longer be kept. */
async function tellOfSilences(
  context: FrameContext,
  { key }: DeviceLine,
  past: DevicePast,
  fold: DeviceFold,
): Promise<void> {
  const last = past.line.at(-1);
  if (last === undefined || past.silences.length === 0) return;
  const stretch = {
    from: past.from,
    through: last.effectiveAt,
    silences: past.silences,
    frameId: null,
    session: fold.order.session,
  };
  await tellSilences(context, key, stretch, last.message.frameId);
}

function changeOf(
  row: ReadingRow,
  outcome: ReadingOutcome,
  detail: string | null,
  spaceId: string | null,
  reading: unknown,
): OutcomeChange {
  return {
    tenantId: row.tenantId,
    frameId: row.frameId,
    outcome,
    detail,
    spaceId,
    decoded: reading === null ? null : JSON.stringify(reading),
  };
}
