import { type IncomingMessage } from 'node:http';
import { type FastifyInstance } from 'fastify';
import { newCommandId } from '../../application/ids/ids.ts';

/** It goes into events, logs and problems: nothing in it that could mean something there. */
const ACCEPTABLE = /^[A-Za-z0-9._:-]{1,64}$/;

/** The caller's `X-Request-ID` where it is harmless, else an id of our own. */
export function requestIdOf(request: IncomingMessage): string {
  const asked = request.headers['x-request-id'];
  return typeof asked === 'string' && ACCEPTABLE.test(asked) ? asked : newCommandId();
}

/** Every answer carries the id under which it can be found in logs and events, and how long it took. */
export function answerIdentity(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    void reply
      .header('x-request-id', request.id)
      .header('x-response-time', `${reply.elapsedTime.toFixed(2)}ms`);
    done(null, payload);
  });
}
