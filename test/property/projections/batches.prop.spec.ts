import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { streamName, type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type SpaceCommand } from '../../../domain/space/commands.ts';
import { allProjections } from '../../../projections/all-projections.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { type IncomingEvent, toIncoming } from '../../../projections/runner/projected-event.ts';
import { type Fixture, happened, openFixture } from '../../int/projections/fixture.ts';
import { at, uuid } from '../../support/space-commands.ts';
import { lifeAndDeath, live } from '../space/arbitraries.ts';
import { applyAll, dumpGeneration, emptyGeneration, type Plan } from './applying.ts';

const TENANT = uuid(0x1);
const zones = ['Europe/Paris', 'America/Santiago', 'Asia/Kolkata', 'Australia/Lord_Howe'] as const;

interface History {
  readonly lives: readonly (readonly SpaceCommand[])[];
  readonly timeZone: (typeof zones)[number];
  /** In which order the streams were written to. */
  readonly order: readonly number[];
}

const history: fc.Arbitrary<History> = fc.record({
  lives: fc.array(lifeAndDeath, { minLength: 1, maxLength: 3 }),
  timeZone: fc.constantFrom(...zones),
  order: fc.array(fc.nat(2), { minLength: 20, maxLength: 60 }),
});

const plan: fc.Arbitrary<Plan> = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
  restarts: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  bulk: fc.boolean(),
});

/** What the deciders recorded, woven into one log. */
async function record({ lives, timeZone, order }: History): Promise<IncomingEvent[]> {
  const store = new MemoryStore({ now: () => Date.UTC(2026, 10, 22) });
  const site = streamName('site', TENANT, uuid(1));
  const registered = { name: 'Site', time_zone: timeZone };
  await store.append(site, [happened({ type: 'SiteRegistered', data: registered }, at(0))], {
    expected: 'any',
  });
  const waiting = lives.map((commands) => [...live(commands).decided]);
  for (let turn = 0; waiting.some((decided) => decided.length > 0); turn += 1) {
    if (turn === 8) await changeSite(store, site);
    const index = (order[turn % order.length] ?? 0) % waiting.length;
    const next =
      waiting[index]?.splice(0, 1 + (turn % 3)) ?? waiting.flatMap((decided) => decided.splice(0, 1));
    const taken = next.length > 0 ? { index, next } : leftOver(waiting);
    const stream = streamName('space', TENANT, uuid(0x700 + taken.index));
    const events = taken.next.map(({ event, occurredAt }) => happened(event, occurredAt));
    await store.append(stream, events, { expected: 'any' });
  }
  const incoming: IncomingEvent[] = [];
  for await (const page of store.readAll({ categories: domainCategories }))
    for (const event of page) incoming.push(...[toIncoming(event)].filter((one) => one !== null));
  return incoming;
}

const span = [{ open: '07:30', close: '19:00' }];

/** Another clock and other hours, in the middle of everything. */
async function changeSite(store: MemoryStore, site: StreamName): Promise<void> {
  const zone = { time_zone: 'Asia/Kathmandu', valid_from: at(3, 10), tzdb_version: 'x' };
  const week = { mon: span, tue: span, wed: span, thu: span, fri: span, sat: [], sun: span };
  const hours = { weekly: week, exceptions: [], valid_from: at(4) };
  const events = [
    happened({ type: 'SiteTimeZoneChanged', data: zone }, at(8)),
    happened({ type: 'OpeningHoursChanged', data: hours }, at(8)),
  ];
  await store.append(site, events, { expected: 'any' });
}

function leftOver<T>(waiting: T[][]): { index: number; next: T[] } {
  const index = waiting.findIndex((decided) => decided.length > 0);
  return { index, next: waiting[index]?.splice(0, 2) ?? [] };
}

describe('read models follow from the events alone', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
    await installProjections(fixture.pool, allProjections);
  });
  afterAll(() => fixture.close());

  it('c10: any batch sizes, restarts anywhere, one transaction or many give the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(history, plan, async (lived, how) => {
        const events = await record(lived);
        const { pool } = fixture;
        await emptyGeneration(pool, allProjections, 2);
        await emptyGeneration(pool, allProjections, 3);
        await applyAll(pool, allProjections, 2, events, {
          sizes: [events.length],
          restarts: [false],
          bulk: false,
        });
        await applyAll(pool, allProjections, 3, events, how);
        const whole = await dumpGeneration(pool, allProjections, 2);
        expect(await dumpGeneration(pool, allProjections, 3)).toEqual(whole);
        expect(whole.length).toBeGreaterThan(5);
        const parked = await pool.query('SELECT * FROM projection.parked_streams');
        expect(parked.rows).toEqual([]);
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 12) },
    );
  }, 180_000);
});
