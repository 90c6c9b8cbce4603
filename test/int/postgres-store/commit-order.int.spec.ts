import { describe, expect, it } from 'vitest';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { Following } from '../../contract/event-store/following.ts';
import { collect, freshStream, numbersOf, samples, sleep } from '../../contract/event-store/samples.ts';
import { createEventStoreSchema } from '../../support/event-store-schema.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { anyBatch, APPEND, everything, positionsOf, upTo, useStoreDatabase } from './support.ts';

/** Pitfalls a1 to a6: each one shown on the naive design with real transactions, and then shown not to happen here. */
describe('commit order', () => {
  const database = useStoreDatabase();

  it('a1: a sequence is not commit order, so a poller loses the slow writer; here the second writer waits', async () => {
    const [slow, quick, reader] = [
      await database().connect(),
      await database().connect(),
      await database().connect(),
    ];
    await reader.query('CREATE TABLE naive_a1 (position bigserial PRIMARY KEY, who text)');
    await slow.query("BEGIN; INSERT INTO naive_a1 (who) VALUES ('slow')");
    await quick.query("INSERT INTO naive_a1 (who) VALUES ('quick')");
    const poll = 'SELECT position, who FROM naive_a1 WHERE position > $1 ORDER BY position';
    const first = await reader.query<{ position: string; who: string }>(poll, [0]);
    const checkpoint = first.rows.at(-1)?.position;
    await slow.query('COMMIT');
    const second = await reader.query(poll, [checkpoint]);
    expect(first.rows.map((row) => row.who)).toEqual(['quick']);
    expect(second.rows).toEqual([]);

    const store = await database().open();
    const from = await store.head('domain');
    await slow.query('BEGIN');
    await slow.query(APPEND, anyBatch(freshStream(), 1, 1));
    const waiting = quick.query(APPEND, anyBatch(freshStream(), 1, 2));
    await sleep(100);
    expect(await collect(store.readAll({ categories: domainCategories, from }))).toEqual([]);
    await slow.query('COMMIT');
    await waiting;
    expect(numbersOf(await collect(store.readAll({ categories: domainCategories, from })))).toEqual([1, 2]);
  });

  it('a2: one lock for all writers makes positions gap-free and visible in order, whatever a reader does', async () => {
    const store = await database().open();
    const from = Number((await store.head('domain')).commit);
    const writers = await Promise.all(Array.from({ length: 6 }, () => database().connect()));
    const reader = await database().connect();
    let writing = true;
    const seen: number[] = [];
    const reading = (async () => {
      let checkpoint = from;
      for (let last = false; !last;) {
        last = !writing;
        const { rows } = await reader.query<{ position: string }>(
          'SELECT position FROM event_store.events WHERE position > $1 ORDER BY position',
          [checkpoint],
        );
        seen.push(...rows.map((row) => Number(row.position)));
        checkpoint = seen.at(-1) ?? checkpoint;
      }
    })();
    await Promise.all(
      writers.map(async (writer, number) => {
        for (let n = 0; n < 30; n += 1) {
          await writer.query('BEGIN');
          await writer.query(APPEND, anyBatch(freshStream(), 1 + (n % 3)));
          // Between the append and the commit, where the naive designs lose events.
          await sleep((number + n) % 4);
          await writer.query(n % 10 === 9 ? 'ROLLBACK' : 'COMMIT');
        }
      }),
    );
    writing = false;
    await reading;
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => from + 1 + index));
    expect(await positionsOf(database())).toEqual(upTo(from + seen.length));
  });

  it('a3: an open write transaction elsewhere stalls the xmin cure; here a subscriber is told within 100 ms', async () => {
    const elsewhere = await database().connect();
    const reader = await database().connect();
    await reader.query('CREATE TABLE naive_a3 (position bigserial, xid xid8 DEFAULT pg_current_xact_id())');
    await reader.query('CREATE TABLE rebuild_elsewhere (n int)');
    await elsewhere.query('BEGIN; INSERT INTO rebuild_elsewhere VALUES (1)');
    await reader.query('INSERT INTO naive_a3 DEFAULT VALUES');
    const visible = await reader.query(
      'SELECT FROM naive_a3 WHERE xid < pg_snapshot_xmin(pg_current_snapshot())',
    );
    expect(visible.rowCount).toBe(0);

    const store = await database().open();
    const lags: number[] = [];
    const following = new Following(
      store,
      { categories: domainCategories, from: await store.head('domain') },
      (message) => {
        if (message.type !== 'events') return;
        for (const event of message.events)
          lags.push(performance.now() - Number(event.data['sent_us']) / 1000);
      },
    );
    await following.caughtUp();
    const stream = freshStream();
    for (let n = 0; n < 50; n += 1) {
      const [event] = samples(1);
      if (event === undefined) continue;
      const data = { sent_us: Math.round(performance.now() * 1000) };
      await store.append(stream, [{ ...event, data }], { expected: 'any' });
    }
    await following.until((f) => f.events.length >= 50);
    await elsewhere.query('COMMIT');
    await following.cancel();
    const median = [...lags].sort((a, b) => a - b)[25] ?? Infinity;
    expect(median).toBeLessThan(100);
  });

  it('a4: (xid, position) can invert the order of one stream; here order is the order of positions', async () => {
    const early = await database().connect();
    const late = await database().connect();
    await late.query(
      'CREATE TABLE naive_a4 (position bigserial, revision int, xid xid8 DEFAULT pg_current_xact_id())',
    );
    await early.query('BEGIN; SELECT pg_current_xact_id()');
    await late.query('INSERT INTO naive_a4 (revision) VALUES (1)');
    await early.query('INSERT INTO naive_a4 (revision) VALUES (2); COMMIT');
    const naive = await late.query<{ revision: number }>(
      'SELECT revision FROM naive_a4 ORDER BY xid, position',
    );
    expect(naive.rows.map((row) => row.revision)).toEqual([2, 1]);

    const store = await database().open();
    const stream = freshStream();
    const from = await store.head('domain');
    await early.query('BEGIN; SELECT pg_current_xact_id()');
    await late.query(APPEND, anyBatch(stream, 1, 1));
    await early.query(APPEND, anyBatch(stream, 1, 2));
    await early.query('COMMIT');
    const read = await collect(store.readAll({ categories: domainCategories, from }));
    expect(numbersOf(read)).toEqual([1, 2]);
    expect(read.map((event) => event.revision)).toEqual([0, 1]);
  });

  it('a5: xid8 does not survive a restore into a new cluster; here a copied log reads and goes on', async () => {
    const client = await database().connect();
    // What a restore brings from a cluster that was older: transaction ids of its future.
    await client.query('CREATE TABLE naive_a5 (position bigint, xid xid8)');
    await client.query("INSERT INTO naive_a5 VALUES (1, '18446744073709551000'::xid8)");
    const visible = await client.query(
      'SELECT FROM naive_a5 WHERE xid < pg_snapshot_xmin(pg_current_snapshot())',
    );
    expect(visible.rowCount).toBe(0);

    const original = await database().open();
    await original.append(freshStream(), samples(3), { expected: 'no_stream' });
    const restored = await createTestDatabase();
    await createEventStoreSchema(restored.url);
    await copyLog(database().url, restored.url);
    const store = await openPostgresStore({ connectionString: restored.url });
    expect(store.storeId).toBe(original.storeId);
    expect(await everything(store)).toEqual(await everything(original));
    const head = await store.head('domain');
    const { position } = await store.append(freshStream(), samples(1), { expected: 'no_stream' });
    expect(position?.commit).toBe(head.commit + 1n);
    await store.close();
    await restored.drop();
  });

  it('a6: a rolled-back append burns a number of a sequence; here the next append takes the same one', async () => {
    const client = await database().connect();
    await client.query('CREATE TABLE naive_a6 (position bigserial)');
    await client.query('INSERT INTO naive_a6 DEFAULT VALUES');
    await client.query('BEGIN; INSERT INTO naive_a6 DEFAULT VALUES; ROLLBACK');
    await client.query('INSERT INTO naive_a6 DEFAULT VALUES');
    const naive = await client.query<{ position: string }>('SELECT position FROM naive_a6 ORDER BY 1');
    expect(naive.rows.map((row) => row.position)).toEqual(['1', '3']);

    const store = await database().open();
    const head = await store.head('domain');
    await client.query('BEGIN');
    await client.query(APPEND, anyBatch(freshStream()));
    await client.query('ROLLBACK');
    const stream = freshStream();
    const { position } = await store.append(stream, samples(1), { expected: 'no_stream' });
    expect(position?.commit).toBe(head.commit + 1n);
    await expect(store.append(stream, samples(1), { expected: 'no_stream' })).rejects.toThrow();
    const after = await store.append(stream, samples(1), { expected: 0 });
    expect(after.position?.commit).toBe(head.commit + 2n);
  });
});

/** What a dump and restore does: rows as they are, into another database. */
async function copyLog(from: string, to: string): Promise<void> {
  const { default: pg } = await import('pg');
  const [source, target] = [
    new pg.Client({ connectionString: from }),
    new pg.Client({ connectionString: to }),
  ];
  await source.connect();
  await target.connect();
  const streams = await source.query<{ id: string; name: string }>(
    'SELECT id, name FROM event_store.streams',
  );
  for (const { id, name } of streams.rows) {
    await target.query('INSERT INTO event_store.streams (id, name) OVERRIDING SYSTEM VALUE VALUES ($1, $2)', [
      id,
      name,
    ]);
  }
  await target.query(
    `SELECT setval(pg_get_serial_sequence('event_store.streams', 'id'), max(id)) FROM event_store.streams`,
  );
  const events = await source.query<Record<string, unknown>>('SELECT * FROM event_store.events');
  for (const row of events.rows) {
    const columns = Object.keys(row);
    await target.query(
      `INSERT INTO event_store.events (${columns.join()}) VALUES (${columns.map((_, n) => `$${n + 1}`).join()})`,
      Object.values(row),
    );
  }
  await source.end();
  await target.end();
}
