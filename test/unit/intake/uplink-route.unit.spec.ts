import { type RefusedMessage } from '../../../application/intake/refused-messages.ts';
import { gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { problemFrom } from '../../../adapters/http/problems/from-error.ts';
import { problemDocument } from '../../../adapters/http/problems/problem.ts';
import { uplinkRoutes } from '../../../adapters/http/routes/uplink.ts';
import { validatorCompiler } from '../../../adapters/http/validation.ts';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { readThingsStack } from '../../../adapters/lorawan/things-stack.ts';
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
    readChirpstack,
    readThingsStack,
    now: () => NOW,
    onRejected: ({ code }: RefusedMessage) => rejected.push(code),
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

  it('hands on what The Things Stack sends, to the base URL and to any path below it', async () => {
    const { post, stored } = storing();
    const end_device_ids = { device_id: 'd', dev_eui: '00000000000000AA' };
    const up = JSON.stringify({ end_device_ids, uplink_message: { frm_payload: 'AQ==', f_port: 1 } });
    const join = JSON.stringify({ end_device_ids, join_accept: {} });
    const sent = [
      ['/ingest/tts', up],
      ['/ingest/tts/up', up],
      ['/ingest/tts/a/b', join],
      ['/ingest/tts/x', JSON.stringify({ end_device_ids })],
    ] as const;
    for (const [path, body] of sent) {
      expect((await post(path, body)).statusCode).toBe(200);
    }
    expect(stored.map(({ kind, network }) => `${network} ${kind}`)).toEqual([
      'tts up',
      'tts up',
      'tts join',
      'tts x',
    ]);
    expect(stored[0]).toMatchObject({ body: up, message: { devEui: '00000000000000aa' } });
  });

  it('says what is wrong with what The Things Stack cannot have sent', async () => {
    const { post } = storing();
    const answer = await post('/ingest/tts/up', JSON.stringify(UP));
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer)).toContain(
      '/end_device_ids',
    );
  });

  it.each([
    ['/uplink?event=up', 'application/octet-stream', /Protobuf.*ChirpStack.*"Payload encoding" to JSON/],
    ['/uplink?event=up', 'application/x-protobuf', /Protobuf.*Payload encoding/],
    ['/ingest/chirpstack', 'application/octet-stream', /Protobuf.*Payload encoding/],
    ['/ingest/tts', 'application/octet-stream', /Protobuf.*The Things Stack.*"Webhook format" to JSON/],
    ['/ingest/tts/up', 'application/octet-stream', /Protobuf.*Webhook format/],
    ['/uplink', 'text/plain', /Only application\/json is read/],
    ['/uplink', 'application/x-www-form-urlencoded', /Only application\/json is read/],
    ['/uplink', 'multipart/form-data; boundary=x', /Only application\/json is read/],
  ])('refuses, at %s, a body of type %s with 415 and names the setting', async (path, type, detail) => {
    const { post, rejected, stored } = storing();
    const answer = await post(path, JSON.stringify(UP), type);
    expect(answer.statusCode).toBe(415);
    expect(answer.json<{ detail: string }>().detail).toMatch(detail);
    expect([stored, rejected]).toEqual([[], ['unsupported-media-type']]);
  });

  it('refuses a body of a type that is not named', async () => {
    storing();
    const answer = await app.inject({ method: 'POST', url: '/uplink', payload: Buffer.from('{}') });
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
      415,
      expect.stringContaining('names no content type'),
    ]);
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'GZIP', 'gzip, br'])(
    'refuses a body compressed by %s with 415, however small it is',
    async (encoding) => {
      const { stored } = storing();
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const payload = gzipSync(JSON.stringify({ ...UP, padding: ' '.repeat(1_000_000) }));
      const answer = await app.inject({ method: 'POST', url: '/uplink', payload, headers });
      expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
        415,
        expect.stringContaining('Content-Encoding'),
      ]);
      expect(stored).toEqual([]);
    },
  );

  it.each(['{"a":"\xff\xfe"}', '\xff', '{"deviceInfo":"\xc3\x28"}'])(
    'never breaks over bytes that are no UTF-8: %j',
    async (bytes) => {
      storing();
      const headers = { 'content-type': 'application/json' };
      const payload = Buffer.from(bytes, 'latin1');
      const answer = await app.inject({ method: 'POST', url: '/uplink?event=log', payload, headers });
      expect(answer.statusCode).toBeLessThan(500);
    },
  );

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
