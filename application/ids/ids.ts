import { v5, v7 } from 'uuid';
import { type BoundaryKey } from '../../domain/event/event.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';

/**
 * How every id comes about. [F] Deterministic ids are what makes a repeat find its own work: changing one of these
 * rules would let an old retry write twice.
 */
const NAMESPACES = {
  boundary: '5d1a6d5e-3c0c-5f0e-9d53-0f4b7a7e0b01',
  apiCommand: '5d1a6d5e-3c0c-5f0e-9d53-0f4b7a7e0b02',
  frame: '5d1a6d5e-3c0c-5f0e-9d53-0f4b7a7e0b03',
} as const;

/** Separates parts that may hold any printable character. */
const SEPARATOR = '\u001f';

/** A new command that nobody will repeat under the same id. Ordered by time. */
export function newCommandId(): string {
  return v7();
}

/** The command of an HTTP request that carries an Idempotency-Key: the same request is the same command. */
export function commandIdOfRequest(tenantId: string, principal: string, route: string, key: string): string {
  return v5([tenantId, principal, route, key].join(SEPARATOR), NAMESPACES.apiCommand);
}

/** An id that a command mints (`reservation`, `space` …), or a step of a process: UUIDv5(command or process id, label). */
export function derivedId(parentId: string, label: string): string {
  return v5(label, parentId);
}

/** The id of a command's own event; boundary events in the same append do not count. */
export function eventId(commandId: string, index: number): string {
  return v5(String(index), commandId);
}

/** The id of a boundary event: the same whoever writes it. */
export function boundaryEventId(stream: StreamName, key: BoundaryKey): string {
  return v5([stream, key.kind, key.subject, key.due].join(SEPARATOR), NAMESPACES.boundary);
}

/** The same message delivered twice has the same frame id. */
export function frameId(tenantId: string, kind: string, deliveryKey: string): string {
  return v5([tenantId, kind, deliveryKey].join(SEPARATOR), NAMESPACES.frame);
}

/** A stay is named after the space and the frame or observation that opened it. */
export function sessionId(spaceId: string, openedBy: string): string {
  return v5(openedBy, spaceId);
}
