import fc from 'fast-check';
import { type Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { domainCategories } from '../../../application/ports/event-store/categories.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { instantOf } from '../../../domain/time/instant.ts';
import { occupancyIntervalsProjection } from '../../../projections/occupancy-intervals/projection.ts';
import { installProjections } from '../../../projections/runner/install.ts';
import { type IncomingEvent, toIncoming } from '../../../projections/runner/projected-event.ts';
import { generationName } from '../../../projections/runner/table.ts';
import { sessionCorrectionsProjection } from '../../../projections/session-corrections/projection.ts';
import { sessionsProjection } from '../../../projections/sessions/projection.ts';
import { spacesCurrentProjection } from '../../../projections/spaces-current/projection.ts';
import { utilizationProjection } from '../../../projections/utilization/projection.ts';
import { type Fixture, happened, openFixture } from '../../int/projections/fixture.ts';
import { uuid } from '../../support/space-commands.ts';
import { applyAll, dumpGeneration, emptyGeneration, type Plan } from './applying.ts';
import { type Told, type TwoTellings, twoTellings } from './told-history.ts';

const TENANT = uuid(0x1);
const projections = [
  occupancyIntervalsProjection,
  sessionsProjection,
  sessionCorrectionsProjection,
  utilizationProjection,
  spacesCurrentProjection,
];

const plan: fc.Arbitrary<Plan> = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 6 }),
  restarts: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  bulk: fc.boolean(),
});

const WHOLE: Plan = { sizes: [1_000], restarts: [false], bulk: false };
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 25);

const open = [{ open: '07:30', close: '19:00' }];
const week = { mon: open, tue: open, wed: [], thu: open, fri: open, sat: open, sun: [] };

async function recorded(told: readonly Told[], timeZone: string): Promise<IncomingEvent[]> {
  const store = new MemoryStore({ now: () => Date.UTC(2027, 0, 1) });
  const began = told[0]?.at ?? instantOf(0);
  const site = [
    happened({ type: 'SiteRegistered', data: { name: 'Site', time_zone: timeZone } }, began),
    happened(
      { type: 'OpeningHoursChanged', data: { weekly: week, exceptions: [], valid_from: began } },
      began,
    ),
  ];
  await store.append(streamName('site', TENANT, uuid(1)), site, { expected: 'any' });
  const events = told.map(({ event, at }) => happened(event, at));
  await store.append(streamName('space', TENANT, uuid(0x700)), events, { expected: 'any' });
  const incoming: IncomingEvent[] = [];
  for await (const page of store.readAll({ categories: domainCategories }))
    incoming.push(...page.map(toIncoming).filter((one) => one !== null));
  return incoming;
}

/** What says how often something was told, by whom and by which event. */
const OF_THE_TELLING = ['source', 'revision', 'space_revision', 'correction_no', 'quality'];
const TRUTH = ['occupancy_intervals', 'sessions', 'utilization_hourly', 'utilization_daily'];

async function truthOf(pool: Pool, generation: number): Promise<string[]> {
  const lines: string[] = [];
  for (const table of TRUTH) {
    const rows = await pool.query<{ line: string }>(
      `SELECT (to_jsonb(t) - $1::text[])::text AS line FROM ${generationName(table, generation)} AS t ORDER BY 1`,
      [OF_THE_TELLING],
    );
    lines.push(...rows.rows.map(({ line }) => `${table} ${line}`));
  }
  return lines;
}

describe('history that was corrected', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture();
    await installProjections(fixture.pool, projections);
  });
  afterAll(() => fixture.close());

  async function apply(generation: number, events: readonly IncomingEvent[], how: Plan): Promise<void> {
    await emptyGeneration(fixture.pool, projections, generation);
    await applyAll(fixture.pool, projections, generation, events, how);
  }

  const zone = fc.constantFrom('Europe/Paris', 'Asia/Kolkata', 'America/Santiago');

  it('U4: is the truth told in its order: the same intervals, stays, hours and days, in any batches', async () => {
    let corrections = 0;
    const property = async (tellings: TwoTellings, timeZone: string, how: Plan): Promise<void> => {
      const events = await recorded(tellings.corrected, timeZone);
      await apply(2, events, how);
      await apply(3, await recorded(tellings.right, timeZone), WHOLE);
      expect(await truthOf(fixture.pool, 2)).toEqual(await truthOf(fixture.pool, 3));
      await apply(4, events, WHOLE);
      expect(await dumpGeneration(fixture.pool, projections, 2)).toEqual(
        await dumpGeneration(fixture.pool, projections, 4),
      );
      const parked = await fixture.pool.query('SELECT * FROM projection.parked_streams');
      expect(parked.rows).toEqual([]);
      corrections += tellings.corrections;
    };
    await fc.assert(fc.asyncProperty(twoTellings, zone, plan, property), {
      numRuns: RUNS,
      endOnFailure: process.env['PROPERTY_RUNS'] !== undefined,
    });
    expect(corrections).toBeGreaterThan(RUNS);
  });
});
