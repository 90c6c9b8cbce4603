import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.ts';
import { ask, givenPlace, inSeconds, type Place } from './client.ts';

let api: TestApi;
let other: { readonly url: string };
let key: string;
let place: Place;
beforeAll(async () => {
  api = await startApi();
  other = await api.secondServer();
  key = await api.keyOf('operator');
  place = await givenPlace(api);
});
afterAll(() => api.close());

const book = (body: object, as = key, url = api.url) => ask(url, 'POST', '/reservations', { key: as, body });
const cancel = (id: unknown, as = key, body?: unknown, url = api.url) =>
  ask(url, 'POST', `/reservations/${String(id)}/cancel`, { key: as, body });
const read = (path: string, as = key) => ask(api.url, 'GET', path, { key: as });

describe('booking', () => {
  it('is confirmed at once, and read as it was answered', async () => {
    const space_id = await place.newSpace();
    const times = { start_time: inSeconds(600), end_time: inSeconds(4200) };
    const booked = await book({ space_id, ...times });
    expect(booked.status).toBe(201);
    const { position, ...shown } = booked.body;
    expect(shown).toMatchObject({ space_id, ...times, status: 'CONFIRMED' });
    const path = `${booked.headers.get('location')?.replace('/api/v1', '')}?min_position=${String(position)}`;
    expect((await read(path)).body).toMatchObject(shown);
    const space = await read(`/spaces/${space_id}`);
    expect(space.body['reservation']).toEqual({ id: shown['id'], status: 'CONFIRMED', ...times });
    const free = await read(`/spaces/${space_id}/availability?to=${inSeconds(5000)}&from=${inSeconds(0)}`);
    expect(free.body['free']).toEqual([
      expect.objectContaining({ end_time: times.start_time }),
      expect.objectContaining({ start_time: times.end_time }),
    ]);
  });

  it('takes any offset, and back-to-back times', async () => {
    const space_id = await place.newSpace();
    const start = Math.ceil(Date.now() / 1000 + 3600) * 1000;
    const local = new Date(start + 3_600_000).toISOString().replace('.000Z', '+01:00');
    const end_time = new Date(start + 3_600_000).toISOString();
    const first = await book({ space_id, start_time: local, end_time });
    expect(first.body['start_time']).toBe(new Date(start).toISOString());
    const next = await book({ space_id, start_time: end_time, end_time: inSeconds(20_000) });
    expect(next.status).toBe(201);
  });

  it('of a time that is taken tells the times and others that are free, never who took it', async () => {
    const space_id = await place.newSpace();
    const times = { start_time: inSeconds(600), end_time: inSeconds(4200) };
    const holder = { name: 'Eve Hidden', plate: 'AB-123-CD' };
    await book({ space_id, ...times, holder, holder_ref: 'eve' });
    const refused = await book({ space_id, start_time: inSeconds(1200), end_time: inSeconds(3000) });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(refused.body).toMatchObject({
      type: '/docs/errors/conflict-overlap',
      status: 409,
      code: 'conflict-overlap',
      conflicts: [times],
      alternatives: [{ space_id, start_time: times.end_time }],
    });
    for (const secret of ['Eve', 'AB-123', 'eve', 'holder', 'subject']) {
      expect(refused.text).not.toContain(secret);
    }
    const [alternative] = refused.body['alternatives'] as [{ start_time: string; end_time: string }];
    expect(Date.parse(alternative.end_time) - Date.parse(alternative.start_time)).toBeCloseTo(1_800_000, -2);
    expect((await book(alternative)).body).toMatchObject({ status: 'CONFIRMED' });
  });

  it.each([
    [{ start_time: 3600, end_time: 3600 }, 'too-short'],
    [{ start_time: -3600, end_time: 3600 }, 'in-the-past'],
    [{ start_time: 91 * 86_400, end_time: 92 * 86_400 }, 'too-far-ahead'],
    [{ start_time: 60, end_time: 40 * 86_400 }, 'too-long'],
  ])('of %j is refused: %s', async ({ start_time, end_time }, code) => {
    const space_id = await place.newSpace();
    const at = Date.now();
    const instant = (s: number) => new Date(at + s * 1000).toISOString();
    const refused = await book({ space_id, start_time: instant(start_time), end_time: instant(end_time) });
    expect(refused.body).toMatchObject({ status: 400, code });
  });

  it('of a zone is not there yet, and says so', async () => {
    const times = { start_time: inSeconds(600), end_time: inSeconds(4200) };
    const refused = await book({ zone_id: place.zoneId, ...times });
    expect(refused.body).toMatchObject({ code: 'validation-failed', errors: [{ pointer: '/zone_id' }] });
  });

  it('under the client’s own id happens once', async () => {
    const space_id = await place.newSpace();
    const times = { start_time: inSeconds(600), end_time: inSeconds(4200) };
    const reservation_id = crypto.randomUUID();
    const first = await book({ space_id, ...times, reservation_id });
    const again = await book({ space_id, ...times, reservation_id });
    expect([first.status, again.status, first.body['id']]).toEqual([201, 201, reservation_id]);
    const elsewhere = await book({ space_id: await place.newSpace(), ...times, reservation_id });
    expect([elsewhere.status, elsewhere.body['code']]).toEqual([409, 'already-exists']);
  });

  it('by fifty at once: one gets the slot', async () => {
    const space_id = await place.newSpace();
    const times = { start_time: inSeconds(600), end_time: inSeconds(4200) };
    const urls = [api.url, other.url];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => book({ space_id, ...times }, key, urls[i % 2])),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'conflict-overlap')).toHaveLength(49);
  });

  it('through one process right after a cancellation through another always works', async () => {
    const space_id = await place.newSpace();
    const times = { start_time: inSeconds(600), end_time: inSeconds(4200) };
    let booked = await book({ space_id, ...times });
    for (let round = 0; round < 100; round += 1) {
      const cancelled = await cancel(booked.body['id'], key, undefined, other.url);
      expect(cancelled.status).toBe(200);
      booked = await book({ space_id, ...times });
      expect(booked.status).toBe(201);
    }
  });
});

describe('cancelling', () => {
  it('gives the same answer when repeated, and frees the time', async () => {
    const space_id = await place.newSpace();
    const times = { start_time: inSeconds(600), end_time: inSeconds(4200) };
    const { body } = await book({ space_id, ...times });
    const first = await cancel(body['id'], key, { reason: { code: 'customer-request' } });
    expect([first.status, first.body['status']]).toEqual([200, 'CANCELLED']);
    const again = await cancel(body['id']);
    expect([again.status, again.body['position']]).toEqual([200, first.body['position']]);
    expect((await book({ space_id, ...times })).status).toBe(201);
  });

  it('of one that has begun is for operators, with a reason', async () => {
    const space_id = await place.newSpace();
    const { body } = await book({ space_id, start_time: inSeconds(-5), end_time: inSeconds(4200) });
    const late = await cancel(body['id']);
    expect(late.body).toMatchObject({
      status: 409,
      code: 'not-cancellable',
      cancellable_until: body['start_time'],
    });
    const allowed = await cancel(body['id'], key, { reason: 'the driver called' });
    expect([allowed.status, allowed.body['status']]).toEqual([200, 'CANCELLED']);
  });
});

describe('a key of the role booker', () => {
  it('sees and cancels what was booked with it, and nothing else', async () => {
    const [mine, theirs] = [await api.keyOf('booker'), await api.newKeyOf('booker')];
    const space_id = await place.newSpace();
    const own = await book({ space_id, start_time: inSeconds(600), end_time: inSeconds(1200) }, mine);
    // At once: whose it is, only the read model tells.
    expect((await cancel(own.body['id'], theirs)).status).toBe(404);
    await api.settled();
    expect((await read(`/reservations/${String(own.body['id'])}`, theirs)).status).toBe(404);
    expect((await read(`/reservations/${String(own.body['id'])}`, mine)).status).toBe(200);
    expect((await read(`/reservations?space_id=${space_id}`, theirs)).body['items']).toEqual([]);
    expect((await read(`/reservations?space_id=${space_id}`, mine)).body['items']).toHaveLength(1);
    expect((await read(`/reservations?space_id=${space_id}`)).body['items']).toHaveLength(1);
    expect((await cancel(own.body['id'], mine)).status).toBe(200);
  });
});

describe('the holder', () => {
  it('is shown only to keys that may read holders, and each reading is recorded', async () => {
    const space_id = await place.newSpace();
    const holder = { name: 'Ada', email: 'ada@example.org', plate: 'XY-9' };
    const booked = await book({
      space_id,
      start_time: inSeconds(600),
      end_time: inSeconds(1200),
      holder,
      holder_ref: 'customer-7',
    });
    await api.settled();
    const path = `/reservations/${String(booked.body['id'])}`;
    const blind = await read(path, await api.keyOf('admin'));
    expect(blind.body).not.toHaveProperty('holder');
    const readers = async () => {
      const pages = api.store.readAll({ categories: ['access'] });
      const events = [];
      for await (const page of pages) events.push(...page);
      return events.filter(({ type }) => type === 'PersonalDataRead');
    };
    expect(await readers()).toHaveLength(0);
    const seeing = await read(path, await api.keyOf('viewer', ['holder:read']));
    expect(seeing.body['holder']).toEqual(holder);
    expect(await readers()).toHaveLength(1);
    const listed = await read(
      `/reservations?space_id=${space_id}`,
      await api.keyOf('viewer', ['holder:read']),
    );
    for (const { text } of [booked, blind, listed]) {
      for (const secret of ['Ada', 'ada@', 'XY-9', 'customer-7']) expect(text).not.toContain(secret);
    }
    const dump = await api.pool.query<{ data: string }>('SELECT data FROM event_store.events');
    const everything = dump.rows.map(({ data }) => data).join('\n');
    for (const secret of ['Ada', 'ada@', 'XY-9', 'customer-7']) expect(everything).not.toContain(secret);
  });
});
