import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  type ChirpstackImportOptions,
  importChirpstack,
} from '../../../adapters/cli/verbs/import-chirpstack.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { CarPark, newIntake, SITE, T0, TENANT, uplinkBody } from '../../unit/sensor-process/car-park.ts';
import { needsShared, sharedFile, sharedIsAbsent } from '../../unit/lorawan/shared-files.ts';

let park: CarPark;
/** What a running import says of the time; null: none runs. */
let evidence: Instant | null = null;
afterEach(() => park.end());

async function opened(): Promise<CarPark> {
  park = new CarPark();
  await park.open([]);
  park.now = '2026-11-22T08:00:00.000Z' as Instant;
  park.start({
    intakes: () =>
      Promise.resolve(
        evidence === null ? [] : [{ through: park.now, byTenant: new Map([[TENANT, evidence]]) }],
      ),
  });
  await park.settle();
  return park;
}

/** Each import as by a process of its own, so that the intake recognises nothing. */
function optionsFor(file: string, rest: Partial<ChirpstackImportOptions> = {}): ChirpstackImportOptions {
  return {
    file,
    tenantId: TENANT,
    store: park.store,
    intake: newIntake(park.store),
    register: { handlers: park.handlers, siteId: SITE, policy: defaultPolicy },
    untilHandled: (_frames, _domain) => park.settle(),
    evidence: {
      report: (through) => {
        evidence = through;
        return Promise.resolve();
      },
      end: () => {
        evidence = null;
        return Promise.resolve();
      },
    },
    untilSilencesTold: () => park.settleSilences(),
    now: () => park.now,
    ...rest,
  };
}

describe.skipIf(sharedIsAbsent)(needsShared('a recorded week of a real network'), () => {
  it('is accepted whole; imported again it adds no domain event', { timeout: 60_000 }, async () => {
    await opened();
    const file = fileURLToPath(sharedFile('data/chirpstack-v4-events-week1.ndjson.gz'));
    const first = await importChirpstack(optionsFor(file));
    expect(first).toMatchObject({ lines: 3962, accepted: 3962, refused: 0, mistakes: [] });
    expect(first.findings).toMatchObject({ kinds: { up: 3908, status: 34, join: 11, log: 9 }, joins: 11 });
    expect(first.findings.rejoins).toBeGreaterThan(0);
    expect(first.findings.lost).toBeGreaterThan(0);
    const known = first.devices.filter(({ device_type }) => device_type !== null);
    expect(known.map(({ registration }) => registration?.result)).toEqual(known.map(() => 'registered'));
    expect(known.length).toBeGreaterThan(0);
    const readings = park.tables.allReadings();
    expect(readings).toHaveLength(3962);
    expect(park.outcomes().filter((outcome) => outcome === 'applied').length).toBeGreaterThan(50);
    const facts = await park.domainEvents();
    expect(first.domain_events_added).toBe(facts.length - 1);

    const second = await importChirpstack(optionsFor(file));
    expect(second).toMatchObject({ accepted: 3962, domain_events_added: 0 });
    expect(await park.domainEvents()).toEqual(facts);
    expect(park.tables.allReadings()).toEqual(readings);
  });

  it('imported first and registered later comes to the same facts', { timeout: 60_000 }, async () => {
    const file = fileURLToPath(sharedFile('data/chirpstack-v4-events-week1.ndjson.gz'));
    await opened();
    await importChirpstack(optionsFor(file));
    const expected = await changes();
    await park.end();
    await opened();
    const { register: _none, ...unregistered } = optionsFor(file);
    expect(await importChirpstack(unregistered)).toMatchObject({ domain_events_added: 0 });
    await importChirpstack(optionsFor(file));
    await expect.poll(changes, { timeout: 10_000 }).toEqual(expected);
  });
});

async function changes(): Promise<readonly unknown[]> {
  const events = (await park.domainEvents()).filter(({ type }) => type === 'OccupancyChanged');
  const bays = events.map(({ stream, data }) => {
    const { value, since } = data as { value: string; since: string };
    return `${stream} ${since} ${value}`;
  });
  return bays.sort();
}

describe('a recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bl-import-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function recording(...lines: readonly string[]): string {
    const file = join(folder, `${randomUUID()}.ndjson`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  function up(atS: number, profile: Record<string, unknown>, occupied = true): string {
    const body = uplinkBody({ devEui: '00000000000000aa', occupied, atS, fCnt: atS });
    return JSON.stringify({
      event: 'up',
      body: { ...body, deviceInfo: { ...profile, devEui: '00000000000000AA' } },
    });
  }

  it('says which lines cannot be read, and goes on with the others', async () => {
    await opened();
    const file = recording(up(10, {}), 'nonsense', '{"event":"up","body":{}}', '', '{"body":{}}');
    const report = await importChirpstack(optionsFor(file));
    expect(report).toMatchObject({ lines: 4, accepted: 1, refused: 3 });
    expect(report.mistakes.map(({ line, errors }) => [line, errors[0]?.pointer])).toEqual([
      [2, ''],
      [3, '/body/deviceInfo'],
      [5, '/event'],
    ]);
  });

  it('knows a device by its tag before its profile', async () => {
    await opened();
    const tagged = { tags: { device_type: 'bosch-tps110-0.39' }, deviceProfileName: 'rbs301-dws' };
    const report = await importChirpstack(
      optionsFor(recording(up(20, tagged), up(10, {}), up(30, {}, false))),
    );
    expect(report.devices).toMatchObject([
      {
        device_type: 'bosch-tps110-0.39',
        first_at: addSeconds(T0, 10),
        registration: { result: 'registered' },
      },
    ]);
    expect(report.domain_events_added).toBeGreaterThan(0);
  });

  it('in a dry run changes nothing', async () => {
    await opened();
    const report = await importChirpstack(optionsFor(recording(up(10, {})), { dryRun: true }));
    expect(report).toMatchObject({ lines: 1, accepted: 0, domain_events_added: null });
    expect(park.outcomes()).toEqual([]);
  });

  it('is replayed at the speed that is asked for', async () => {
    await opened();
    const waits: number[] = [];
    const sleep = (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    };
    const file = recording(up(10, {}), up(70, {}), up(60, {}), up(130, {}));
    await importChirpstack(optionsFor(file, { speed: 60, sleep }));
    expect(waits).toEqual([1_000, 1_000]);
  });

  it('that is not there is an error', async () => {
    await opened();
    await expect(importChirpstack(optionsFor('/nowhere/events.ndjson.gz'))).rejects.toThrow(/ENOENT/);
  });
});
