import { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ReceivedMessage } from '../../../application/intake/frame.ts';
import { type RefusedMessage } from '../../../application/intake/refused-messages.ts';
import { type Receipt } from '../../../application/intake/intake.ts';
import { type NetworkReading } from '../../../application/ports/network-message.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { type Api } from '../api.ts';
import { principalOf } from '../guard.ts';
import { ProblemError } from '../problems/problem.ts';
import { refusedMessage } from './refused-message.ts';
import { MESSAGE_LIMIT, parsedMessage, readMessageBodies } from './message-bodies.ts';

/** What the routes need, put together by the composition root. */
export interface UplinkDependencies {
  readonly intake: { receive(tenantId: string, received: ReceivedMessage): Promise<Receipt> };
  /** Reads a parsed body of ChirpStack; `kind` is the event that the address names. */
  readonly readChirpstack: (kind: string, body: unknown) => NetworkReading;
  /** Reads a parsed body of The Things Stack; `path` is what the address has below the base. */
  readonly readThingsStack: (path: string, body: unknown) => NetworkReading;
  readonly now: () => Instant;
  /** Told of every message that was refused. */
  readonly onRejected?: (refused: RefusedMessage) => void;
}

/**
 * ChirpStack adds `event` to the configured address, so one that has it already sends it twice: the last one counts.
 * Other parameters are nobody's business: a refused event is lost, since ChirpStack never sends it again.
 */
const chirpstackQuery = z.looseObject({
  event: z
    .preprocess(
      (value) => (Array.isArray(value) ? (value.at(-1) as unknown) : value),
      z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'expected the name of an event, such as up'),
    )
    .default('up'),
});

const CHIRPSTACK_JSON =
  'In ChirpStack, open the application, Integrations, HTTP, and set "Payload encoding" to JSON ' +
  '(`encoding` of the integration: JSON instead of PROTOBUF).';

const THINGS_STACK_JSON =
  'In The Things Stack, open the application, Integrations, Webhooks, and set "Webhook format" to JSON ' +
  '(`format` of the webhook: json).';

const KEPT =
  'Every message is kept; uplinks and joins are acted on. Answered when the frame is durable. Unknown devices and ' +
  'payloads that cannot be decoded are accepted: the frame is evidence.';

/** The intake over HTTP, for both network servers. The answer is given when the frame is durable, never earlier. */
export function uplinkRoutes(api: Api, dependencies: UplinkDependencies): void {
  void api.register((scope: Api, _options: unknown, done: () => void) => {
    tellOfRejected(scope, dependencies);
    readMessageBodies(scope, CHIRPSTACK_JSON);
    for (const path of ['/uplink', '/ingest/chirpstack']) {
      scope.post(
        path,
        {
          bodyLimit: MESSAGE_LIMIT,
          config: { permission: 'ingest' },
          schema: {
            tags: ['ingest'],
            summary: 'A message of the network server (ChirpStack v4, HTTP integration, JSON)',
            description: KEPT,
            querystring: chirpstackQuery,
          },
        },
        (request, reply) => {
          const { event } = request.query;
          return receive(dependencies, 'chirpstack', request, reply, (body) =>
            dependencies.readChirpstack(event, body),
          );
        },
      );
    }
    done();
  });
  void api.register((scope: Api, _options: unknown, done: () => void) => {
    tellOfRejected(scope, dependencies);
    readMessageBodies(scope, THINGS_STACK_JSON);
    for (const path of ['/ingest/tts', '/ingest/tts/*']) {
      scope.post(
        path,
        {
          bodyLimit: MESSAGE_LIMIT,
          config: { permission: 'ingest' },
          schema: {
            tags: ['ingest'],
            summary: 'A message of the network server (The Things Stack v3, webhook, JSON)',
            description:
              `${KEPT} This is the base URL; the path of each message type may be left empty or be anything, such as ` +
              '`/up`: what a message is follows from its body.',
            // OpenAPI has no name for any path.
            ...(path.endsWith('*') ? { hide: true } : {}),
          },
        },
        (request, reply) => {
          const below = (request.params as { readonly '*'?: string })['*'] ?? '';
          return receive(dependencies, 'tts', request, reply, (body) =>
            dependencies.readThingsStack(below, body),
          );
        },
      );
    }
    done();
  });
}

async function receive(
  { intake, now }: UplinkDependencies,
  network: ReceivedMessage['network'],
  request: FastifyRequest,
  reply: FastifyReply,
  read: (body: unknown) => NetworkReading,
): Promise<void> {
  const receivedAt = now();
  const { tenantId, keyId } = principalOf(request);
  const body = typeof request.body === 'string' ? request.body : '';
  const reading = read(parsedMessage(body));
  if (!reading.ok) {
    const { errors } = reading.rejection;
    throw new ProblemError('validation-failed', { errors });
  }
  const { message } = reading;
  const { frameId, duplicate } = await intake.receive(tenantId, {
    network,
    kind: message.kind,
    body,
    message,
    receivedAt,
    actor: { type: 'api_key', id: keyId },
  });
  // Written by hand: nothing in it needs escaping, and this is the busiest answer of all.
  await reply
    .header('content-type', 'application/json; charset=utf-8')
    .send(`{"accepted":true,"frame_id":"${frameId}","duplicate":${String(duplicate)}}`);
}

function tellOfRejected(scope: Api, { now, onRejected }: UplinkDependencies): void {
  if (onRejected === undefined) return;
  scope.addHook('onError', (request, _reply, error, next) => {
    onRejected(refusedMessage(request, error, now()));
    next();
  });
}
