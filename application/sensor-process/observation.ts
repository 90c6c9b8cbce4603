import { type ObserveOccupancy } from '../../domain/space/commands.ts';
import { type Evidence } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext } from '../commands/command-context.ts';
import { derivedId, sessionId } from '../ids/ids.ts';
import { type SensorReading } from '../ports/frame-decoder.ts';

/** A reading about the bay, ready to be told to a space. */
export interface Observation {
  readonly tenantId: string;
  readonly devEui: string;
  readonly frameId: string;
  readonly value: 'OCCUPIED' | 'VACANT';
  readonly at: Instant;
  readonly session: string | null;
  readonly fCnt: number | null;
  readonly timeSource: Evidence['time_source'];
  readonly clockSuspect: boolean;
  readonly decoder: string;
  readonly decoderVersion: string;
  readonly uncertaintyS: number;
}

/**
 * How long before the message the change may have been (rule U5): a sensor reports a change when it happens, so nothing
 * is uncertain, unless messages were lost before it and it does not say itself how long the state before lasted; a
 * heartbeat that contradicts what was known only says that a change was missed.
 */
export function uncertaintyOf(reading: SensorReading, beforeS: number | null, follows: boolean): number {
  if (beforeS === null) return 0;
  if (reading.messageKind === 'heartbeat') return beforeS;
  if (follows) return 0;
  const previous = reading.previousStateS;
  return previous === null ? beforeS : Math.min(beforeS, previous.errorS ?? beforeS);
}

export function observeOccupancy(
  observation: Observation,
  spaceId: string,
  now: Instant,
): { readonly command: ObserveOccupancy; readonly context: CommandContext } {
  const { tenantId, frameId, devEui, session, fCnt } = observation;
  const evidence: Evidence = {
    frame_id: frameId,
    dev_eui: devEui,
    ...(session === null ? {} : { session }),
    ...(fCnt === null ? {} : { f_cnt: fCnt }),
    decoder: observation.decoder,
    decoder_version: observation.decoderVersion,
    time_source: observation.timeSource,
    ...(observation.clockSuspect ? { clock_suspect: true } : {}),
  };
  const command: ObserveOccupancy = {
    type: 'ObserveOccupancy',
    value: observation.value,
    since: observation.at,
    source: 'sensor',
    devEui,
    evidence,
    lastHeardAt: observation.at,
    uncertaintyS: observation.uncertaintyS,
    sessionId: sessionId(spaceId, frameId),
    now,
  };
  return { command, context: frameContext(tenantId, frameId, `observe/${spaceId}`, now) };
}

/** Whatever comes of a frame carries the frame's id through to the display (rule H2). */
export function frameContext(
  tenantId: string,
  frameId: string,
  purpose: string,
  now: Instant,
): CommandContext {
  return {
    tenantId,
    commandId: derivedId(frameId, purpose),
    actor: { type: 'system', id: 'sensor-process' },
    decidedAt: now,
    correlationId: frameId,
  };
}
