import { isUtf8 } from 'node:buffer';
import { type FastifyRequest } from 'fastify';
import { type Api } from '../api.ts';
import { invalid, ProblemError } from '../problems/problem.ts';

/** 64 KiB: a frame with its surroundings has 1 to 2. */
export const MESSAGE_LIMIT = 65_536;

const PROTOBUF = /^application\/(octet-stream|(x-|vnd\.google\.)?protobuf)\b/i;

/**
 * Messages of network servers stay text: they are parsed once, checked once, and kept word for word as evidence.
 * Anything but plain JSON is refused with what to do about it; `jsonSetting` says where the server is told to send JSON.
 */
export function readMessageBodies(scope: Api, jsonSetting: string): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: MESSAGE_LIMIT },
    (_request, body: Buffer, done) => {
      // Replaced characters would be kept as if they had been sent: evidence is word for word, or it is refused.
      if (isUtf8(body)) done(null, body.toString('utf8'));
      else done(invalid('', 'invalid-utf8', 'the body is not UTF-8'), undefined);
    },
  );
  scope.addContentTypeParser('*', (request, _payload, refuse) => {
    refuse(
      new ProblemError('unsupported-media-type', { detail: whatToSend(request, jsonSetting) }),
      undefined,
    );
  });
  // Before the body is read: decompressed it could be of any size, and no network server compresses of its own accord.
  scope.addHook('preParsing', (request, _reply, _payload, next) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding.toLowerCase() === 'identity') return next();
    const detail = 'Compressed bodies are not read: send the message as it is, without Content-Encoding.';
    return next(new ProblemError('unsupported-media-type', { detail }));
  });
}

function whatToSend(request: FastifyRequest, jsonSetting: string): string {
  const type = request.headers['content-type'] ?? '';
  if (type === '') return `The request names no content type: send application/json. ${jsonSetting}`;
  if (PROTOBUF.test(type)) return `Only JSON is read, and this is Protobuf. ${jsonSetting}`;
  return `Only application/json is read. ${jsonSetting}`;
}

/** The message as JSON; its text is kept beside it. */
export function parsedMessage(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ProblemError('validation-failed', {
      errors: [{ pointer: '', code: 'invalid-json', message: 'the body is not JSON' }],
    });
  }
}
