import { isIP } from 'node:net';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type CommandContext } from '../../application/commands/command-context.ts';
import { commandIdOfRequest, newCommandId } from '../../application/ids/ids.ts';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type Rejection } from '../../domain/event/rejection.ts';
import { type Reason } from '../../domain/reason/reason.ts';
import { type HttpDependencies } from './dependencies.ts';
import { positionHeader } from './freshness.ts';
import { principalOf } from './guard.ts';
import { refused } from './problems/problem.ts';
import { type ReasonInput } from './schemas/wire.ts';

/**
 * What surrounds a change made over HTTP. With an Idempotency-Key the command id follows from it: the same request is
 * the same command, even after a crash.
 */
export function contextOf(request: FastifyRequest, { now }: Pick<HttpDependencies, 'now'>): CommandContext {
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
    decidedAt: now(),
    requestId: request.id,
    ...(traceparent === null ? {} : { traceparent }),
    ...(source === null ? {} : { source }),
  };
}

/**
 * A reason as events keep it. The text is encrypted before anything is decided, and that records a key: ask only once
 * it is clear that what the reason is for exists.
 */
export function protectedReason(
  { protection }: Pick<HttpDependencies, 'protection'>,
  context: CommandContext,
  { code, text }: ReasonInput,
): Promise<Reason> {
  return protection.protectReason(context, code, text);
}

interface Refused {
  readonly ok: false;
  readonly rejection: Rejection;
}

/** What a command led to; a refusal is thrown as the problem of the same code. */
export function accepted<O extends { readonly ok: true } | Refused>(
  outcome: O,
): Extract<O, { readonly ok: true }> {
  if (!outcome.ok) throw refused(outcome.rejection);
  return outcome as Extract<O, { readonly ok: true }>;
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
export function readTraceparent(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && TRACEPARENT.test(header) ? header : null;
}

/** /24 or /48: enough to see where a flood came from, too little to point at a person. */
export function truncatedAddress(address: string): string | null {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIP(plain) === 4) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIP(plain) !== 6) return null;
  const [head = '', tail = ''] = plain.split('::');
  const groups = [head, tail].map((part) => part.split(':').filter((group) => group !== ''));
  const [before = [], behind = []] = groups;
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - behind.length) }, () => '0');
  return `${[...before, ...zeros, ...behind].slice(0, 3).join(':')}::/48`;
}
