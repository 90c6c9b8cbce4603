import { type Actor } from '../../domain/event/metadata.ts';
import { type ReasonCode } from '../../domain/reason/reason.ts';
import { type Instant } from '../../domain/time/instant.ts';

/** What surrounds a command: who, when, because of what. It becomes the events' metadata (rule H1). */
export interface CommandContext {
  readonly tenantId: string;
  readonly commandId: string;
  readonly actor: Actor;
  /** The writer's clock when the command was taken up; the same over all retries. */
  readonly decidedAt: Instant;
  readonly correlationId: string;
  /** What directly caused the command, where that is not the correlation id itself. */
  readonly causationId?: string;
  readonly reasonCode?: ReasonCode;
  readonly requestId?: string;
  readonly traceparent?: string;
  /** Truncated to /24 (IPv4) or /48 (IPv6). */
  readonly source?: string;
  /** What the caller has seen of the stream: after any other change the command is refused (`conflict-revision`). */
  readonly expectedRevision?: number;
}

/**
 * A step of a process under the same correlation: its own command id, caused by the process's command. What the caller
 * has seen is of the process's first stream, and says nothing of others.
 */
export function stepOf(context: CommandContext, stepId: string): CommandContext {
  const { expectedRevision: _, ...rest } = context;
  return { ...rest, commandId: stepId, causationId: context.commandId };
}
