import {
  type ObserveOccupancy,
  type ObserveTimeline,
  type TimelineMark,
} from '../../domain/space/commands.ts';
import { type Evidence } from '../../domain/space/events.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext } from '../commands/command-context.ts';
import { derivedId, sessionId } from '../ids/ids.ts';

/** What a device showed of a bay, ready to be told to a space. */
export interface Observation {
  readonly tenantId: string;
  readonly devEui: string;
  readonly value: 'OCCUPIED' | 'VACANT';
  readonly at: Instant;
  readonly uncertaintyS: number;
  readonly evidence: Evidence;
}

/** All that a device showed from one instant to another. */
export interface Stretch {
  readonly tenantId: string;
  readonly devEui: string;
  readonly from: Instant;
  readonly through: Instant;
  readonly marks: readonly TimelineMark[];
  /** The frame on account of which it is told; null: on account of a silence, or of an assignment. */
  readonly evidence: Evidence | null;
  /** What comes of it is found by this id, and has its command's id from it: a frame's. */
  readonly correlationId: string;
}

export function observeOccupancy(
  { tenantId, devEui, value, at, uncertaintyS, evidence }: Observation,
  spaceId: string,
  now: Instant,
): { readonly command: ObserveOccupancy; readonly context: CommandContext } {
  const frameId = evidence.frame_id;
  const command: ObserveOccupancy = {
    type: 'ObserveOccupancy',
    value,
    since: at,
    source: 'sensor',
    devEui,
    evidence,
    lastHeardAt: at,
    uncertaintyS,
    sessionId: sessionId(spaceId, frameId),
    now,
  };
  return { command, context: frameContext(tenantId, frameId, `observe/${spaceId}`, now) };
}

export function observeTimeline(
  { tenantId, devEui, from, through, marks, evidence, correlationId }: Stretch,
  spaceId: string,
  now: Instant,
): { readonly command: ObserveTimeline; readonly context: CommandContext } {
  const command: ObserveTimeline = {
    type: 'ObserveTimeline',
    devEui,
    from,
    through,
    marks,
    ...(evidence === null ? {} : { evidence }),
    sessionIdOf: (openedBy) => sessionId(spaceId, openedBy),
    now,
  };
  const purpose = `timeline/${spaceId}/${from}/${through}`;
  return { command, context: frameContext(tenantId, correlationId, purpose, now) };
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
