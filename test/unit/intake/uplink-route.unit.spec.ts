import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { problemFrom } from '../../../adapters/http/problems/from-error.ts';
import { problemDocument } from '../../../adapters/http/problems/problem.ts';
import { uplinkRoutes } from '../../../adapters/http/routes/uplink.ts';
import { validatorCompiler } from '../../../adapters/http/validation.ts';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { type ReceivedMessage } from '../../../application/intake/frame.ts';
import { StoreUnavailableError } from '../../../application/ports/event-store/errors.ts';
import { type Instant } from '../../../domain/time/instant.ts';

const TENANT = '11111111-1111-5111-8111-111111111111';
const NOW = '2026-03-01T08:00:00.000Z' as Instant;
const UP = {
  deduplicationId: 'd',
  deviceInfo: { devEui: '00000000000000AA' },
  data: 'AQ==',
  fPort: 1,
  fCnt: 2,
};

let app: FastifyInstance;
afterEach(() => app.close());

function serverWith(
  receive: (tenantId: string, received: ReceivedMessage) => Promise<{ frameId: string; duplicate: boolean }>,
) {
  const rejected: string[] = [];
  app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.decorateRequest('principal', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.principal = { tenantId: TENANT, keyId: 'the-key', role: 'ingest' } as never;
    done();
  });
  app.setErrorHandler((error, _request, reply) => {
    const problem = problemFrom(error);
    if (problem === null) return reply.code(500).send(String(error));
    const document = problemDocument(problem.problem, problem.details, 'r');
    return reply.code(document.status).send(document);
  });
  const dependencies = {
    intake: { receive },
    readMessage: readChirpstack,
    now: () => NOW,
    onRejected: (reason: string) => rejected.push(reason),
  };
  uplinkRoutes(app, dependencies);
  const post = (url: string, payload: string, contentType = 'application/json') =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': contentType } });
  return { post, rejected };
}

function storing() {
  const stored: (ReceivedMessage & { tenantId: string })[] = [];
  const server = serverWith((tenantId, received) => {
    stored.push({ tenantId, ...received });
    return Promise.resolve({ frameId: 'f', duplicate: stored.length > 1 });
  });
  return { ...server, stored };
}

describe('POST /uplink', () => {
  it('hands the body on word for word, under the key’s tenant', async () => {
    const { post, stored } = storing();
    const body = `  ${JSON.stringify(UP)}\n`;
    const answer = await post('/uplink?event=up', body);
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { accepted: true, frame_id: 'f', duplicate: false },
    ]);
    expect(stored).toMatchObject([
      { tenantId: TENANT, kind: 'up', body, receivedAt: NOW, actor: { type: 'api_key', id: 'the-key' } },
    ]);
    expect(stored[0]?.message.devEui).toBe('00000000000000aa');
  });

  it('takes every kind of event, on both paths; without one it is an uplink', async () => {
    const { post, stored } = storing();
    await post('/ingest/chirpstack?event=join', JSON.stringify(UP), 'application/json; charset=utf-8');
    await post('/uplink?event=whatever-comes', '{}');
    await post('/uplink', JSON.stringify(UP));
    // The configured address had an event already; ChirpStack added the true one.
    await post('/uplink?event=up&event=status&site=5', '{}');
    expect(stored.map(({ kind }) => kind)).toEqual(['join', 'whatever-comes', 'up', 'status']);
  });

  it.each([
    ['not JSON', 'event=up', 'nonsense', ['', 'invalid-json']],
    ['nothing', 'event=up', '', ['', 'invalid-json']],
    ['no device', 'event=up', '{}', ['/deviceInfo', 'required']],
    ['a wrong EUI', 'event=up', '{"deviceInfo":{"devEui":"123"}}', ['/deviceInfo/devEui', 'invalid-format']],
    ['wrong base64', 'event=up', JSON.stringify({ ...UP, data: '***' }), ['/data', 'invalid-format']],
    ['a wrong event', 'event=%00', '{}', ['query/event', 'invalid-format']],
  ])('refuses %s with 400 and the place of the mistake', async (_name, query, body, [pointer, code]) => {
    const { post, rejected } = storing();
    const answer = await post(`/uplink?${query}`, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'validation-failed', errors: [{ pointer, code }] });
    expect(rejected).toEqual(['validation-failed']);
  });

  it('refuses protobuf with 415 and names the setting', async () => {
    const { post } = storing();
    const answer = await post('/uplink?event=up', 'abc', 'application/octet-stream');
    expect(answer.statusCode).toBe(415);
    expect(answer.json<{ detail: string }>().detail).toContain('encoding');
  });

  it('refuses more than 64 KiB with 413', async () => {
    const { post } = storing();
    const body = JSON.stringify({ ...UP, padding: 'x'.repeat(65_536) });
    expect((await post('/uplink?event=up', body)).statusCode).toBe(413);
  });

  it('answers 503 when the frame could not be stored', async () => {
    const { post, rejected } = serverWith(() => Promise.reject(new StoreUnavailableError('away')));
    expect((await post('/uplink?event=up', JSON.stringify(UP))).statusCode).toBe(503);
    expect(rejected).toHaveLength(1);
  });
});
