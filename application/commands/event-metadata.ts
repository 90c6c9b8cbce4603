import { type JsonObject } from '../../domain/canonical/json.ts';
import { type AnyEvent, type Decided } from '../../domain/event/event.ts';
import { boundaryEventId, eventId } from '../ids/ids.ts';
import { type NewEvent } from '../ports/event-store/events.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';
import { type CommandContext } from './command-context.ts';

/** Which version of each event's shape is written today, and whether data fits it. */
export interface EventFormat {
  currentVersion(type: string): number;
  /** Throws for data that does not fit the event's schema: a mistake of a decider, caught before it becomes history. */
  assertWritable(type: string, data: unknown): void;
}

/** Gives decided events their ids and metadata. */
export function toNewEvents<E extends AnyEvent>(
  stream: StreamName,
  decided: readonly Decided<E>[],
  context: CommandContext,
  format: EventFormat,
  softwareVersion: string,
): NewEvent[] {
  let own = 0;
  return decided.map((item) => {
    format.assertWritable(item.event.type, item.event.data);
    const id =
      item.boundary === undefined
        ? eventId(context.commandId, own++)
        : boundaryEventId(stream, item.boundary);
    return {
      id,
      type: item.event.type,
      data: item.event.data as JsonObject,
      metadata: metadataOf(item, context, format.currentVersion(item.event.type), softwareVersion),
    };
  });
}

function metadataOf(
  item: Decided<AnyEvent>,
  context: CommandContext,
  schemaVersion: number,
  softwareVersion: string,
): JsonObject {
  const causation = context.causationId ?? context.correlationId;
  return {
    tenant_id: context.tenantId,
    schema_version: schemaVersion,
    occurred_at: item.occurredAt,
    decided_at: context.decidedAt,
    actor: { type: context.actor.type, id: context.actor.id },
    command_id: context.commandId,
    $correlationId: context.correlationId,
    $causationId: causation === context.correlationId ? undefined : causation,
    reason_code: context.reasonCode,
    request_id: context.requestId,
    traceparent: context.traceparent,
    source: context.source,
    software_version: softwareVersion,
  };
}
