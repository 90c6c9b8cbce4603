import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayDo, type Permission } from '../../../adapters/http/access.ts';
import { problemCatalogue } from '../../../adapters/http/problems/catalogue.ts';
import { openApiDocument, operationsOf } from '../../../docs/api/openapi-document.ts';
import { roles } from '../../../domain/tenant/events.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { type Answer, ask } from './client.ts';
import { everyRoute, type RouteCase, withQuery } from './every-route.ts';
import { givenThings } from './given-things.ts';

let api: TestApi;
let key: string;
let routes: readonly RouteCase[];
let permissionOf: ReadonlyMap<string, string | undefined>;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyOf('owner');
  routes = everyRoute(await givenThings(api, '00000000000000aa'));
  const operations = operationsOf(await openApiDocument());
  permissionOf = new Map(
    operations.map(({ operation }) => [operation.operationId, operation['x-permission']]),
  );
});
afterAll(() => api.close());

function expectProblem(answer: Answer, status: number, what: string, code?: string): void {
  expect(answer.status, `${what}: ${answer.text}`).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers.get('x-request-id')).toBe(answer.body['request_id']);
  const stable = answer.body['code'] as keyof typeof problemCatalogue;
  expect(problemCatalogue[stable].status).toBe(status);
  expect(answer.body['type']).toBe(`/docs/errors/${stable}`);
  if (code !== undefined) expect(stable, what).toBe(code);
}

/** Asks all of it, and sees to it that none of it wrote anything. */
async function nothingWritten(requests: () => Promise<void>): Promise<void> {
  const before = await api.eventCount();
  await requests();
  expect(await api.eventCount()).toBe(before);
}

const writes = () => routes.filter(({ body }) => body !== undefined);
const reads = () => routes.filter(({ query }) => query !== undefined);

it('every documented route is among those that are tried here', () => {
  const tried = new Set(routes.map(({ operationId }) => operationId));
  const others = [...permissionOf.keys()].filter((id) => !tried.has(id));
  expect(others).toEqual([
    'isAlive',
    'isReady',
    'readHealth',
    'postUplink',
    'postIngestChirpstack',
    'postIngestTts',
  ]);
});

describe('a body', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['is no JSON', '{"name":'],
    ['is a list', '[]'],
    ['is a number', '7'],
    ['is a text', '"x"'],
    ['sets a prototype', '{"__proto__": {"x": 1}}'],
    ['has a field that nobody knows', '{"nonsense_field": 1}'],
    ['has every field of a wrong type', 'wrong-types'],
  ];
  it.each(wrong)('that %s is refused by every route', async (_what, text) => {
    await nothingWritten(async () => {
      for (const { body, method, path } of writes()) {
        const types = Object.fromEntries(Object.keys(body ?? {}).map((name) => [name, [{ deep: 1 }]]));
        const sent = text === 'wrong-types' ? JSON.stringify(types) : text;
        const answer = await ask(api.url, method, path, { key, body: sent });
        expectProblem(answer, 400, `${method} ${path}`, 'validation-failed');
        expect(answer.body['errors']).not.toEqual([]);
      }
    });
  });

  it('with one field too many is refused, and the field is named', async () => {
    await nothingWritten(async () => {
      for (const { body, method, path } of writes()) {
        const answer = await ask(api.url, method, path, { key, body: { ...body, reazon: 1 } });
        expectProblem(answer, 400, `${method} ${path}`, 'validation-failed');
        expect(answer.body['errors']).toContainEqual(
          expect.objectContaining({ pointer: '/reazon', code: 'unknown-field' }),
        );
      }
    });
  });

  it('without a field that is required is refused, one field at a time', async () => {
    const document = await openApiDocument();
    await nothingWritten(async () => {
      for (const { body, method, operationId, path } of writes()) {
        const found = operationsOf(document).find(({ operation }) => operation.operationId === operationId);
        const { requestBody } = found?.operation as unknown as {
          requestBody: { content: { 'application/json': { schema: { required?: string[] } } } };
        };
        for (const name of requestBody.content['application/json'].schema.required ?? []) {
          const answer = await ask(api.url, method, path, { key, body: { ...body, [name]: undefined } });
          expectProblem(answer, 400, `${method} ${path} without ${name}`, 'validation-failed');
          expect(answer.body['errors']).toContainEqual(expect.objectContaining({ pointer: `/${name}` }));
        }
      }
    });
  });

  it('that is too large is 413, one that is no JSON by its own word 415', async () => {
    const huge = JSON.stringify({ name: 'x'.repeat(1_100_000) });
    await nothingWritten(async () => {
      for (const { body, method, path } of writes()) {
        expectProblem(await ask(api.url, method, path, { key, body: huge }), 413, path, 'payload-too-large');
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
          const headers = { 'content-type': type };
          const answer = await ask(api.url, method, path, { key, body: JSON.stringify(body), headers });
          expectProblem(answer, 415, `${method} ${path} ${type}`, 'unsupported-media-type');
        }
      }
    });
  });

  it('that is deep or long in its parts is refused without ado', async () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const long = JSON.stringify({ name: 'x'.repeat(101), code: 'A'.repeat(33), reason: 'x'.repeat(501) });
    const odd = '{"name":"a\\u0000b","code":"A\\ud800","reason":"\\ud800"}';
    await nothingWritten(async () => {
      for (const { method, path } of writes()) {
        for (const body of [deep, long, odd]) {
          expectProblem(await ask(api.url, method, path, { key, body }), 400, `${method} ${path}`);
        }
      }
    });
  });
});

describe('an instant', () => {
  const wrong = ['2026-11-22T08:00:00', '2026-11-22', 'tomorrow', '2026-02-30T00:00:00Z', '', 1_700_000_000];
  it('without an offset is refused wherever one is taken', async () => {
    const fields: readonly (readonly [string, string])[] = [
      ['registerSpace', 'commissioned_at'],
      ['changeSite', 'valid_from'],
      ['changeSpace', 'valid_from'],
      ['decommissionSpace', 'at'],
      ['assignSensor', 'effective_at'],
      ['unassignDisplay', 'effective_at'],
      ['applyOverride', 'starts_at'],
      ['applyOverride', 'ends_at'],
      ['bookSpace', 'start_time'],
      ['bookSpace', 'end_time'],
    ];
    await nothingWritten(async () => {
      for (const [operationId, field] of fields) {
        const route = routes.find((one) => one.operationId === operationId);
        for (const value of wrong) {
          const body = { ...route?.body, [field]: value };
          const answer = await ask(api.url, route?.method ?? '', route?.path ?? '', { key, body });
          expectProblem(answer, 400, `${operationId} ${field} ${value}`, 'validation-failed');
          expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: `/${field}` })]);
        }
      }
    });
  });

  it('without an offset is refused in every query', async () => {
    const windows = reads().filter(({ query }) => query?.['from'] !== undefined);
    expect(windows).toHaveLength(4);
    for (const { path, query } of windows) {
      const answer = await ask(api.url, 'GET', withQuery(path, { ...query, from: '2026-11-22T08:00:00' }), {
        key,
      });
      expectProblem(answer, 400, path, 'validation-failed');
      expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer: 'query/from' })]);
    }
  });
});

describe('a query', () => {
  it('with an unknown parameter is refused by every route, with a suggestion', async () => {
    for (const { path, query } of reads()) {
      const answer = await ask(api.url, 'GET', withQuery(path, { ...query, min_positon: '1' }), { key });
      expectProblem(answer, 400, path, 'validation-failed');
      expect(answer.body['errors']).toEqual([
        expect.objectContaining({
          pointer: 'query/min_positon',
          code: 'unknown-field',
          message: 'unknown: min_positon; did you mean min_position?',
        }),
      ]);
    }
  });

  it('with a limit, order or cursor that is none is refused by every list', async () => {
    const document = await openApiDocument();
    const lists = reads().filter(({ operationId }) => {
      const found = operationsOf(document).find(({ operation }) => operation.operationId === operationId);
      return JSON.stringify(found?.operation).includes('"name":"cursor"');
    });
    expect(lists.length).toBeGreaterThanOrEqual(10);
    for (const { path, query } of lists) {
      const wrong = ['limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'order=up', 'cursor=!!', 'cursor=W10'];
      for (const text of wrong) {
        const url = `${withQuery(path, query ?? {})}${Object.keys(query ?? {}).length === 0 ? '?' : '&'}${text}`;
        const clean = text.startsWith('limit') ? url.replace('limit=5&', '') : url;
        expectProblem(await ask(api.url, 'GET', clean, { key }), 400, clean, 'validation-failed');
      }
    }
  });

  it('for more than is answered at once is refused', async () => {
    const space = routes.find(({ operationId }) => operationId === 'readSpaceAvailability')?.path ?? '';
    const utilization = routes.find(({ operationId }) => operationId === 'readUtilization')?.query;
    const long = { from: '2026-01-01T00:00:00Z', to: '2026-02-02T00:00:01Z' };
    const years = { from: '2024-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    const empty = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    for (const path of [
      withQuery('/utilization', { ...utilization, ...long }),
      withQuery('/utilization', { ...utilization, ...years, grain: 'day' }),
      withQuery('/utilization', { ...utilization, ...empty }),
      withQuery(space, years),
    ])
      expectProblem(await ask(api.url, 'GET', path, { key }), 400, path, 'validation-failed');
  });
});

describe('a caller', () => {
  it('without a key, or with one that is none, learns nothing from any route', async () => {
    await nothingWritten(async () => {
      for (const { body, method, path } of routes) {
        for (const headers of [
          {},
          { 'x-api-key': 'bl_test_x' },
          { authorization: 'Bearer nonsense' },
          { 'x-api-key': `bl_live_${'A'.repeat(43)}000000` },
        ]) {
          const answer = await ask(api.url, method, path, { body, headers });
          expectProblem(answer, 401, `${method} ${path}`, 'unauthenticated');
          expect(answer.headers.get('www-authenticate')).toBe('Bearer');
        }
      }
    });
  });

  it('of the wrong role is refused by every route, and before its body is looked at', async () => {
    // Making a key is an event.
    for (const role of roles) await api.keyOf(role);
    let refused = 0;
    await nothingWritten(async () => {
      for (const role of roles) {
        for (const { body, method, operationId, path } of routes) {
          if (mayDo(role, permissionOf.get(operationId) as Permission)) continue;
          const sent = { key: await api.keyOf(role), ...(body === undefined ? {} : { body: '{' }) };
          expectProblem(await ask(api.url, method, path, sent), 403, `${role} ${path}`, 'forbidden');
          refused += 1;
        }
      }
    });
    expect(refused).toBeGreaterThan(100);
  });

  it('may present the key either way', async () => {
    const answer = await ask(api.url, 'GET', '/me', { headers: { authorization: `Bearer ${key}` } });
    expect(answer.body).toMatchObject({ role: 'owner', tenant: { id: api.tenantId, mode: 'test' } });
  });
});

describe('a path', () => {
  it('that nobody knows is 404, a method that it does not know 405 with Allow', async () => {
    expectProblem(await ask(api.url, 'GET', '/nothing/here', { key }), 404, 'unknown', 'not-found');
    expectProblem(await ask(api.url, 'GET', '//elsewhere', { key }), 404, 'unknown', 'not-found');
    const answer = await ask(api.url, 'DELETE', '/sites', { key });
    expectProblem(answer, 405, 'DELETE /sites', 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST');
    const one = await ask(api.url, 'POST', '/me', { key, body: {} });
    expectProblem(one, 405, 'POST /me', 'method-not-allowed');
  });

  it('that is malformed or endless is refused', async () => {
    expectProblem(await ask(api.url, 'GET', '/sites/%zz', { key }), 400, 'malformed', 'validation-failed');
    expectProblem(await ask(api.url, 'GET', `/sites/${'a'.repeat(300)}`, { key }), 414, 'endless');
  });

  it('with something that is no id names nothing that exists', async () => {
    const missing = await ask(api.url, 'GET', '/sites/5d1a6d5e-3c0c-5f0e-9d53-0f4b7a7e0b01', { key });
    const { request_id: _id, ...expected } = missing.body;
    for (const id of [
      'x',
      '1',
      'null',
      "'; DROP TABLE",
      '%00',
      '..%2f..%2f',
      '5d1a6d5e3c0c5f0e9d530f4b7a7e0b01',
    ]) {
      const answer = await ask(api.url, 'GET', `/sites/${encodeURIComponent(id)}`, { key });
      const { request_id: _other, ...body } = answer.body;
      expect(body, id).toEqual(expected);
    }
  });
});
