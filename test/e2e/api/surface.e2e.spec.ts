import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemCatalogue } from '../../../adapters/http/problems/catalogue.ts';
import { type HealthCheck } from '../../../adapters/http/dependencies.ts';
import { startApi, type TestApi } from '../../support/api.ts';
import { ask } from './client.ts';

let api: TestApi;
let key: string;
const observed: (readonly [string, string, number])[] = [];
beforeAll(async () => {
  api = await startApi({
    overrides: {
      corsOrigins: ['https://app.example.org'],
      onAnswered: (route, method, status) => observed.push([route, method, status]),
    },
  });
  key = await api.keyOf('viewer');
});
afterAll(() => api.close());

const get = (path: string, headers = {}) => ask(api.url, 'GET', path, { key, headers });

describe('the documentation', () => {
  it('is served without a key, under both names', async () => {
    const [one, two] = [
      await ask(api.url, 'GET', '//openapi.json'),
      await ask(api.url, 'GET', '/openapi.json'),
    ];
    expect(one.body).toMatchObject({ openapi: '3.1.0' });
    expect(two.text).toBe(one.text);
    expect(one.headers.get('content-type')).toContain('application/json');
  });

  it('can be read without a network: nothing in it comes from elsewhere', async () => {
    const page = await ask(api.url, 'GET', '//docs');
    expect(page.status).toBe(200);
    const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      expect(address).toMatch(/^\/docs\//);
      expect((await ask(api.url, 'GET', `/${address}`)).status).toBe(200);
    }
    const start = await ask(api.url, 'GET', '//docs/static/swagger-initializer.js');
    expect(start.text).toContain('"validatorUrl":null');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('has a page for every error, and none for what is no error', async () => {
    for (const [code, { title }] of Object.entries(problemCatalogue)) {
      const page = await ask(api.url, 'GET', `//docs/errors/${code}`);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.text).toContain(title.replaceAll('’', '’'));
    }
    const list = await ask(api.url, 'GET', '//docs/errors');
    expect(list.text).toContain('href="/docs/errors/conflict-overlap"');
    expect((await ask(api.url, 'GET', '//docs/errors/constructor')).status).toBe(404);
  });
});

describe('health', () => {
  const check = (
    name: string,
    required: boolean,
    status: 'healthy' | 'degraded' | 'unhealthy',
  ): HealthCheck => ({
    name,
    required,
    run: () => Promise.resolve({ status }),
  });
  const served = (...healthChecks: HealthCheck[]) => api.secondServer({ healthChecks, role: 'api' });

  it.each([
    [[check('store', true, 'healthy')], 'healthy', 200, 'healthy', 200],
    [[check('store', true, 'healthy'), check('loop', false, 'unhealthy')], 'degraded', 200, 'healthy', 200],
    [[check('store', true, 'degraded')], 'degraded', 200, 'degraded', 200],
    [[check('store', true, 'unhealthy')], 'unhealthy', 503, 'unhealthy', 503],
  ])('case %#', async (checks, whole, wholeStatus, ready, readyStatus) => {
    const { url } = await served(...checks);
    for (const prefix of ['/', '']) {
      const one = await ask(url, 'GET', `${prefix}/health`);
      expect([one.status, one.body['status'], one.body['role']]).toEqual([wholeStatus, whole, 'api']);
      const two = await ask(url, 'GET', `${prefix}/health/ready`);
      expect([two.status, two.body['status']]).toEqual([readyStatus, ready]);
      const three = await ask(url, 'GET', `${prefix}/health/live`);
      expect([three.status, three.body['status']]).toEqual([200, 'healthy']);
    }
  });

  it('measures each check, survives one that throws, and tells nothing of why', async () => {
    const failing = { name: 'database', required: true, run: () => Promise.reject(new Error('secret-host')) };
    const { url } = await served(check('store', true, 'healthy'), failing);
    const answer = await ask(url, 'GET', '/health');
    expect(answer.body['checks']).toEqual({
      store: { status: 'healthy', latency_ms: expect.any(Number) as number },
      database: { status: 'unhealthy', reason: 'cannot be reached' },
    });
  });

  it('does not hang with what it asks about', async () => {
    const hanging = { name: 'store', required: true, run: () => new Promise<never>(() => undefined) };
    const { url } = await served(hanging);
    const began = performance.now();
    expect((await ask(url, 'GET', '/health/ready')).status).toBe(503);
    expect(performance.now() - began).toBeLessThan(4000);
  });
});

describe('every answer', () => {
  it('carries the id of the request, the caller’s own where it is harmless, and how long it took', async () => {
    const own = await get('/me', { 'x-request-id': 'trace-42' });
    expect(own.headers.get('x-request-id')).toBe('trace-42');
    expect(own.headers.get('x-response-time')).toMatch(/^\d+\.\d\dms$/);
    const odd = await get('/nothing', { 'x-request-id': 'a b' });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(odd.body['request_id']).toBe(odd.headers.get('x-request-id'));
  });

  it('leaves the id, a trace and a truncated address in the events that it made', async () => {
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const made = await ask(api.url, 'POST', '/sites', {
      key: await api.keyOf('owner'),
      body: { name: 'Traced', time_zone: 'UTC' },
      headers: { 'x-request-id': 'trace-43', traceparent: trace },
    });
    const plain = (id: unknown) => String(id).replaceAll('-', '');
    const stream = `site-${plain(api.tenantId)}-${plain(made.body['id'])}`;
    const page = await ask(api.url, 'GET', `/audit/streams/${stream}`, { key: await api.keyOf('owner') });
    expect(page.body['items']).toMatchObject([
      { metadata: { request_id: 'trace-43', traceparent: trace, source: '127.0.0.0/24' } },
    ]);
  });

  it('is counted under the pattern of its route, never under the path', async () => {
    observed.length = 0;
    await get('/sites/5d1a6d5e-3c0c-5f0e-9d53-0f4b7a7e0b01');
    await get('/nothing/at/all');
    expect(observed).toEqual([
      ['/api/v1/sites/:id', 'GET', 404],
      ['none', 'GET', 404],
    ]);
  });

  it('is for pages of the named origins alone', async () => {
    const origin = { origin: 'https://app.example.org' };
    const allowed = await get('/me', origin);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin.origin);
    expect(allowed.headers.get('access-control-expose-headers')).toContain('X-Position');
    const stranger = await get('/me', { origin: 'https://evil.example.org' });
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await ask(api.url, 'OPTIONS', '/reservations', { headers: origin });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
  });

  it('of a read has no body for HEAD', async () => {
    const [head, whole] = [await ask(api.url, 'HEAD', '/me', { key }), await get('/me')];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
    expect(head.headers.get('x-as-of-position')).toMatch(/^k3\./);
  });
});
