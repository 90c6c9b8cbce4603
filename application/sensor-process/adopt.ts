import { type DeviceAssignment, type DeviceState } from '../../domain/device/state.ts';
import { type Evidence } from '../../domain/space/events.ts';
import { laterOf, secondsBetween } from '../../domain/time/instant.ts';
import {
  type OutcomeChange,
  type ReadingOutcome,
  type ReadingRow,
  type SensorTables,
} from '../ports/sensor-tables.ts';
import { type DeviceFold, withHealth } from './device-fold.ts';
import { type DeviceLine } from './device-line.ts';
import { NO_EFFECTS } from './effects.ts';
import { type FrameContext, type Handled, knownDevice } from './handle-frame.ts';
import { judge, type Judged } from './judge.ts';
import { uncertaintyOf } from './observation.ts';

/** Readings that no space has taken, and that may find one when an assignment, a type or a parking has changed. */
const OPEN: readonly ReadingOutcome[] = ['orphan', 'unattributed', 'undecodable', 'folded', 'parked'];
const PAGE = 1_000;

export interface AdoptContext extends FrameContext {
  readonly tables: Pick<SensorTables, 'readings'>;
}

/**
 * Offers a device's open readings again, in their order: after a claim, a change of type, or when the tables were made
 * anew. Only what is newer than all that its space has published can change the present, so it begins there. All its
 * earlier frames are in the tables by now.
 */
export async function adopt(context: AdoptContext, line: DeviceLine, device: DeviceState): Promise<Handled> {
  let fold: DeviceFold = { ...line.fold, isWaiting: false };
  const outcomes: OutcomeChange[] = [];
  const assignments = device.status === 'unregistered' ? [] : device.assignments;
  for (const assignment of assignments.filter(({ role }) => role === 'sensor')) {
    const found = await adoptFor(context, line, device, assignment, fold);
    fold = found.fold;
    outcomes.push(...found.outcomes);
  }
  return {
    fold,
    effects: {
      ...NO_EFFECTS,
      outcomes,
      device: knownDevice(context, line, device, fold),
      offerAgain: fold.isWaiting,
    },
  };
}

interface Adopted {
  readonly fold: DeviceFold;
  readonly outcomes: readonly OutcomeChange[];
}

async function adoptFor(
  context: AdoptContext,
  line: DeviceLine,
  device: DeviceState,
  assignment: DeviceAssignment,
  before: DeviceFold,
): Promise<Adopted> {
  const present = await context.spaces.present(line.key.tenantId, assignment.spaceId);
  // The claim is there and the space is not: its registration or the assignment is under way.
  if (present === null) return { fold: { ...before, isWaiting: assignment.to === null }, outcomes: [] };
  let from = present.through === null ? assignment.from : laterOf(assignment.from, present.through);
  let fold = before;
  const outcomes: OutcomeChange[] = [];
  let previous: ReadingRow | null = null;
  for (;;) {
    const page = await context.tables.readings(line.key, OPEN, from, assignment.to, PAGE);
    for (const row of page) {
      if (previous?.frameId === row.frameId) continue;
      const offered = await offer(context, device, row, previous, fold);
      fold = offered.fold;
      if (offered.change !== null) outcomes.push(offered.change);
      previous = row;
    }
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || last.effectiveAt === from) return { fold, outcomes };
    from = last.effectiveAt;
  }
}

interface Offered {
  readonly fold: DeviceFold;
  readonly change: OutcomeChange | null;
}

async function offer(
  context: AdoptContext,
  device: DeviceState,
  row: ReadingRow,
  previous: ReadingRow | null,
  fold: DeviceFold,
): Promise<Offered> {
  if (row.kind !== 'up') return { fold, change: null };
  const judged = judge(context.decoder, device, {
    network: '',
    fPort: row.fPort,
    payload: row.payload,
    at: row.effectiveAt,
    envelope: null,
  });
  const healthy = judged.reading === null ? fold : withHealth(fold, judged.reading);
  if (judged.kind === 'nothing') {
    if (judged.outcome === row.outcome) return { fold: healthy, change: null };
    return { fold: healthy, change: changeOf(row, judged.outcome, judged.detail, null, judged.reading) };
  }
  const { assignment, reading, value } = judged;
  const space = assignment.spaceId;
  if (fold.told?.processId === assignment.processId && fold.told.value === value) {
    return { fold: healthy, change: changeOf(row, 'unchanged', null, space, reading) };
  }
  const told = await context.spaces.tell(observationOf(row, previous, judged), space);
  const taken = told.outcome === 'taken';
  const next: DeviceFold = taken
    ? { ...healthy, told: { processId: assignment.processId, value, at: row.effectiveAt } }
    : { ...healthy, isWaiting: healthy.isWaiting || told.outcome === 'unattributed' };
  return {
    fold: next,
    change: changeOf(row, told.outcome === 'taken' ? 'applied' : told.outcome, told.detail, space, reading),
  };
}

function observationOf(
  row: ReadingRow,
  previous: ReadingRow | null,
  judged: Extract<Judged, { kind: 'observation' }>,
) {
  const beforeS =
    previous === null ? null : Math.max(0, Math.ceil(secondsBetween(previous.effectiveAt, row.effectiveAt)));
  const follows =
    previous !== null &&
    previous.session === row.session &&
    row.fCnt !== null &&
    previous.fCnt !== null &&
    previous.fCnt + 1 === row.fCnt;
  return {
    tenantId: row.tenantId,
    devEui: row.devEui ?? '',
    frameId: row.frameId,
    value: judged.value,
    at: row.effectiveAt,
    session: row.session,
    fCnt: row.fCnt,
    timeSource: row.timeSource as Evidence['time_source'],
    clockSuspect: row.clockSuspect,
    decoder: judged.decoder,
    decoderVersion: judged.decoderVersion,
    uncertaintyS: uncertaintyOf(judged.reading, beforeS, follows),
  };
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
