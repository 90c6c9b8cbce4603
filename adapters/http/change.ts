import { isIP } from 'node:net';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type CommandContext } from '../../application/commands/command-context.ts';
import { commandIdOfRequest, newCommandId } from '../../application/ids/ids.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type Reason } from '../../domain/reason/reason.ts';
import { type HttpDependencies } from './dependencies.ts';
import { positionHeader } from './freshness.ts';
import { principalOf } from './guard.ts';
import { type ReasonInput } from './schemas/wire.ts';

/**
 * What surrounds a change made over HTTP. With an Idempotency-Key the command id follows from it: the same request is
 * the same command, even after a crash.
 */
export function contextOf(request: FastifyRequest, dependencies: HttpDependencies): CommandContext {
  const principal = principalOf(request);
  const { method, routeOptions, idempotencyKey } = request;
  const route = `${method} ${routeOptions.url ?? ''}`;
  const commandId =
    idempotencyKey === null
      ? newCommandId()
      : commandIdOfRequest(principal.tenantId, principal.keyId, route, idempotencyKey);
  const traceparent = readTraceparent(request.headers['traceparent']);
  const source = truncatedAddress(request.ip);
  return {
    tenantId: principal.tenantId,
    commandId,
    correlationId: commandId,
    actor: { type: 'api_key', id: principal.keyId },
    decidedAt: dependencies.now(),
    requestId: request.id,
    ...(traceparent === null ? {} : { traceparent }),
    ...(source === null ? {} : { source }),
  };
}

/** A reason as events keep it: the text is encrypted before anything is decided. */
export function protectedReason(
  dependencies: HttpDependencies,
  context: CommandContext,
  reason: ReasonInput,
): Promise<Reason> {
  return dependencies.protection.protectReason(context, reason.code, reason.text);
}

/** The body of a change's answer: the thing, with the position after which reads show it. */
export function answered<T extends object>(
  reply: FastifyReply,
  position: Position | null,
  body: T,
): T & { position: string | null } {
  return { ...body, position: positionHeader(reply, position) };
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** W3C Trace Context: an invalid one is ignored, never refused. */
function readTraceparent(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : null;
}

/** /24 or /48: enough to see where a flood came from, too little to point at a person. */
function truncatedAddress(address: string): string | null {
  const plain = address.replace(/^::ffff:/, '');
  if (isIP(plain) === 4) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIP(plain) === 6) return `${plain.split(':').slice(0, 3).join(':')}::/48`;
  return null;
}
