import { type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ReceivedMessage } from '../../../application/intake/frame.ts';
import { type Receipt } from '../../../application/intake/intake.ts';
import { type NetworkReading } from '../../../application/ports/network-message.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { type Api } from '../api.ts';
import { principalOf } from '../guard.ts';
import { ProblemError } from '../problems/problem.ts';

/** What the route needs, put together by the composition root. */
export interface UplinkDependencies {
  readonly intake: { receive(tenantId: string, received: ReceivedMessage): Promise<Receipt> };
  /** Reads a parsed body of ChirpStack. */
  readonly readMessage: (kind: string, body: unknown) => NetworkReading;
  readonly now: () => Instant;
  /** Told of every message that was refused, with the code of the problem. */
  readonly onRejected?: (reason: string) => void;
}

/** 64 KiB: a frame with its surroundings has 1 to 2. */
const BODY_LIMIT = 65_536;

/**
 * ChirpStack adds `event` to the configured address, so one that has it already sends it twice: the last one counts.
 * Other parameters are nobody's business: a refused event is lost, since ChirpStack never sends it again.
 */
const querySchema = z.looseObject({
  event: z
    .preprocess(
      (value) => (Array.isArray(value) ? (value.at(-1) as unknown) : value),
      z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'expected the name of an event, such as up'),
    )
    .default('up'),
});

const PROTOBUF =
  'Only JSON is read. In ChirpStack, open the application, Integrations, HTTP, and set "Payload encoding" to JSON ' +
  '(`encoding` of the integration: JSON instead of PROTOBUF).';

/**
 * The intake over HTTP. The body stays text: it is parsed once, checked once, and kept word for word as evidence.
 * The answer is given when the frame is durable, never earlier.
 */
export function uplinkRoutes(api: Api, dependencies: UplinkDependencies): void {
  void api.register((scope: Api, _options: unknown, done: () => void) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      (_r, body, ok) => {
        ok(null, body);
      },
    );
    scope.addContentTypeParser('*', (_request, _payload, refuse) => {
      refuse(new ProblemError('unsupported-media-type', { detail: PROTOBUF }), undefined);
    });
    const { onRejected } = dependencies;
    if (onRejected !== undefined) {
      scope.addHook('onError', (_request, _reply, error, next) => {
        onRejected(reasonOf(error));
        next();
      });
    }
    for (const path of ['/uplink', '/ingest/chirpstack']) {
      scope.post(
        path,
        {
          bodyLimit: BODY_LIMIT,
          config: { permission: 'ingest' },
          schema: {
            tags: ['ingest'],
            summary: 'A message of the network server (ChirpStack v4, HTTP integration, JSON)',
            description:
              'Every event is kept; `up` and `join` are acted on. Answered when the frame is durable. Unknown devices ' +
              'and payloads that cannot be decoded are accepted: the frame is evidence.',
            querystring: querySchema,
          },
        },
        (request, reply) => receive(dependencies, request.query.event, request, reply),
      );
    }
    done();
  });
}

async function receive(
  { intake, now, readMessage }: UplinkDependencies,
  kind: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const receivedAt = now();
  const { tenantId, keyId } = principalOf(request);
  const body = typeof request.body === 'string' ? request.body : '';
  const reading = readMessage(kind, parsed(body));
  if (!reading.ok) {
    const { errors } = reading.rejection;
    throw new ProblemError('validation-failed', { errors });
  }
  const { frameId, duplicate } = await intake.receive(tenantId, {
    network: 'chirpstack',
    kind,
    body,
    message: reading.message,
    receivedAt,
    actor: { type: 'api_key', id: keyId },
  });
  // Written by hand: nothing in it needs escaping, and this is the busiest answer of all.
  await reply
    .header('content-type', 'application/json; charset=utf-8')
    .send(`{"accepted":true,"frame_id":"${frameId}","duplicate":${String(duplicate)}}`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new ProblemError('validation-failed', {
      errors: [{ pointer: '', code: 'invalid-json', message: 'the body is not JSON' }],
    });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem;
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'internal-error';
}
