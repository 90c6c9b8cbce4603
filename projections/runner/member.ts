import { comparePositions, type Position } from '../../application/ports/event-store/position.ts';
import { type Checkpoint } from './checkpoints.ts';
import { type Parking } from './parking.ts';
import { type IncomingEvent } from './projected-event.ts';
import { type Applier, type Projection } from './projection.ts';

/** One generation of a projection while this process owns it. */
export interface Member {
  readonly projection: Projection;
  readonly applier: Applier;
  readonly parking: Parking;
  checkpoint: Checkpoint;
}

export function isBehind(member: Member, position: Position): boolean {
  const { position: at } = member.checkpoint;
  return at === null || comparePositions(at, position) < 0;
}

/** Those that the member has not applied: members of one lane need not stand at the same place. */
export function notYetApplied(member: Member, events: readonly IncomingEvent[]): readonly IncomingEvent[] {
  const first = events[0];
  if (first === undefined || isBehind(member, first.place.position)) return events;
  return events.filter((event) => isBehind(member, event.place.position));
}

/** The position that all have reached; null: one of them is at the beginning. */
export function slowestOf(members: readonly Member[]): Position | null {
  let slowest: Position | null = null;
  for (const { checkpoint } of members) {
    if (checkpoint.position === null) return null;
    if (slowest === null || comparePositions(checkpoint.position, slowest) < 0) slowest = checkpoint.position;
  }
  return slowest;
}
