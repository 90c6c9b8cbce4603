import { type TimelineMark } from '../../domain/space/commands.ts';
import { type Evidence } from '../../domain/space/events.ts';
import { type DeviceAssignment, type DeviceState } from '../../domain/device/state.ts';
import { epochMs, type Instant, instantOf } from '../../domain/time/instant.ts';
import { type FrameDecoder } from '../ports/frame-decoder.ts';
import { type KeptLine, type ReadingRow, type SensorTables } from '../ports/sensor-tables.ts';
import { type Told } from './device-fold.ts';
import { type DeviceLine } from './device-line.ts';
import { sessionOfLabel } from './device-order.ts';
import { inOrder, type InOrder, type Message } from './in-order.ts';
import { judge, type Judged } from './judge.ts';
import { type Heard, type Known, NOTHING_KNOWN, type Silence, timeline } from './timeline.ts';

/** A reading that is in the tables (or will be), at its place in the line. */
export interface PastReading extends Message {
  readonly row: ReadingRow;
}

/** A stretch of a device's line, read from its kept messages. */
export interface DevicePast {
  readonly line: readonly (InOrder<PastReading> & { readonly judged: Judged | null })[];
  /** From here on it says all that the device showed. */
  readonly from: Instant;
  readonly marks: readonly TimelineMark[];
  readonly silences: readonly Silence[];
  /** At its end. */
  readonly known: Known;
}

export interface PastContext {
  readonly decoder: FrameDecoder;
  readonly tables: Pick<SensorTables, 'line'>;
}

/** So many messages before the one that matters are read too: the state before it, and what may have been lost. */
const BEFORE = 32;

/** A message may have its place some minutes away from its own time: clocks differ. */
const CLOCKS_S = 900;

/** Null: nothing is kept of that time; `known`: what is added is kept already. */
export async function devicePast(
  { decoder, tables }: PastContext,
  { key, unwritten }: Pick<DeviceLine, 'key' | 'unwritten'>,
  device: DeviceState,
  since: Instant,
  added: ReadingRow | null,
): Promise<DevicePast | 'known' | null> {
  const from = instantOf(Math.max(0, epochMs(since) - CLOCKS_S * 1000));
  // What is written while we ask is in both: `unwritten` is what was not when we began to ask.
  const kept = await tables.line(key, from, BEFORE);
  const { isWhole } = kept;
  const rows = withUnwritten(kept, unwritten);
  if (added !== null && rows.some(({ frameId }) => frameId === added.frameId)) return 'known';
  const all = added === null ? rows : [...rows, added];
  const line = inOrder(all.map(asMessage)).map((one) => ({ ...one, judged: judgedAt(decoder, device, one) }));
  const [first, ...rest] = line;
  if (first === undefined) return null;
  const heartbeatS = device.status === 'live' ? decoder.heartbeatS(device.deviceType) : null;
  // Of the first message of a longer line nobody knows what came before it.
  const before: Known = isWhole
    ? NOTHING_KNOWN
    : { value: first.judged?.decoded?.reading.occupancy ?? null, heardAt: first.effectiveAt };
  const told = timeline(before, (isWhole ? line : rest).map(asHeard), heartbeatS);
  const begins = isWhole ? first.effectiveAt : instantOf(epochMs(first.effectiveAt) + 1);
  return { line, from: begins, ...told };
}

/** A line that is not whole begins with what the tables have of its beginning. */
function withUnwritten({ isWhole, rows }: KeptLine, unwritten: readonly ReadingRow[]): readonly ReadingRow[] {
  if (unwritten.length === 0) return rows;
  const written = new Set(rows.map(({ frameId }) => frameId));
  const [first] = rows;
  const belongs = (row: ReadingRow): boolean =>
    (row.kind === 'up' || row.kind === 'join') &&
    !written.has(row.frameId) &&
    (isWhole || first === undefined || row.effectiveAt > first.effectiveAt);
  return [...rows, ...unwritten.filter(belongs)];
}

export function asMessage(row: ReadingRow): PastReading {
  const session = row.session === null ? null : sessionOfLabel(row.session);
  return {
    row,
    frameId: row.frameId,
    kind: row.kind,
    session: session?.key ?? row.session ?? '',
    sessionLabel: row.session,
    sessionSince: session?.since ?? null,
    fCnt: row.fCnt,
    fPort: row.fPort,
    payload: row.payload,
    at: row.occurredAt,
    isAtReceipt: row.timeSource === 'received',
  };
}

function judgedAt(
  decoder: FrameDecoder,
  device: DeviceState,
  { message, effectiveAt }: InOrder<PastReading>,
) {
  const { row } = message;
  if (row.kind !== 'up' || row.outcome === 'encrypted') return null;
  const { fPort, payload } = row;
  return judge(decoder, device, { network: '', fPort, payload, at: effectiveAt, envelope: null });
}

function asHeard(one: DevicePast['line'][number]): Heard {
  const { message, effectiveAt, beforeS, follows, judged } = one;
  const decoded = judged?.decoded ?? null;
  return {
    at: effectiveAt,
    beforeS,
    follows,
    reading: decoded?.reading ?? null,
    evidence: decoded === null ? null : evidenceOf(message.row, decoded),
  };
}

/** The frame that proves an observation. */
export function evidenceOf(
  row: Pick<ReadingRow, 'frameId' | 'devEui' | 'session' | 'fCnt' | 'timeSource' | 'clockSuspect'>,
  { decoder, decoderVersion }: { readonly decoder: string; readonly decoderVersion: string },
): Evidence {
  return {
    frame_id: row.frameId,
    dev_eui: row.devEui ?? '',
    ...(row.session === null ? {} : { session: row.session }),
    ...(row.fCnt === null ? {} : { f_cnt: row.fCnt }),
    decoder,
    decoder_version: decoderVersion,
    time_source: row.timeSource as Evidence['time_source'],
    ...(row.clockSuspect ? { clock_suspect: true } : {}),
  };
}

/** What the space of this assignment has been told last. */
export function toldLast({ line }: DevicePast, { processId, spaceId, to }: DeviceAssignment): Told | null {
  const last = line.findLast(({ judged }) => judged?.kind === 'observation');
  if (to !== null || last?.judged?.kind !== 'observation') return null;
  const { assignment, value } = last.judged;
  return assignment.spaceId === spaceId ? { processId, value, at: last.effectiveAt } : null;
}
