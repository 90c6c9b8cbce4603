import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseColumns } from '../../../adapters/cli/history-import/columns.ts';
import {
  type HistoryImportOptions,
  type HistoryImportReport,
  importHistory,
} from '../../../adapters/cli/history-import/import-history.ts';
import { importedSite } from '../../../adapters/cli/verbs/imported-site.ts';
import { type Instant, instantOf, parseInstant } from '../../../domain/time/instant.ts';
import { startApi, type TestApi, type TestTenant } from '../../support/api.ts';
import { needsShared, sharedFile, sharedIsAbsent } from '../../unit/lorawan/shared-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'bl-history-'));
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

function copied(name: string): string {
  const path = join(folder, name);
  copyFileSync(sharedFile(`data/${name}`), path);
  return path;
}

async function imported(
  tenant: TestTenant,
  kind: HistoryImportOptions['kind'],
  file: string,
  columns?: string,
): Promise<HistoryImportReport> {
  await api.settled();
  const { tenantId } = tenant;
  const actor = { type: 'import', id: 'test' } as const;
  return importHistory({
    ...{ kind, file, tenantId, clock: null, source: 'test', siteId: null, handlers: api.handlers },
    ...{ store: api.store, read: api.database, now: () => instantOf(Date.now()) },
    columns: parseColumns(kind, columns),
    register: async () => ({ siteId: await importedSite(api.handlers, tenantId, actor, false) }),
  });
}

/** `<code> <start> <end>`, as the read model has them. */
async function sessionsOf({ tenantId }: TestTenant): Promise<readonly string[]> {
  await api.settled();
  const { rows } = await api.pool.query<{
    code: string;
    start_at: Date;
    end_at: Date | null;
    source: string;
  }>(
    `SELECT p.code, s.start_at, s.end_at, s.source FROM read_model.sessions AS s
     JOIN read_model.spaces_current AS p USING (tenant_id, space_id) WHERE s.tenant_id = $1`,
    [tenantId],
  );
  expect(new Set(rows.map(({ source }) => source))).toEqual(new Set(['import']));
  return rows
    .map(({ code, end_at, start_at }) => `${code} ${start_at.toISOString()} ${end_at?.toISOString() ?? '-'}`)
    .sort();
}

/** The published files have no field in quotes that matters here. */
function rowsOf(file: string): readonly { readonly line: number; readonly fields: readonly string[] }[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((text, index) => ({ line: index + 1, fields: text.split(',') }))
    .slice(1);
}

function time(text: string | undefined): Instant {
  const instant = parseInstant(text ?? '');
  if (instant === null) throw new Error(`no time: ${text ?? ''}`);
  return instant;
}

describe.skipIf(sharedIsAbsent)(needsShared('the stays of a charging site'), () => {
  it('are the sessions of the file, but for those that overlap; a second time nothing is added', async () => {
    const tenant = await api.newTenant();
    const file = copied('bay-sessions-caltech-2020.csv');
    const first = await imported(tenant, 'sessions', file);
    expect(first).toMatchObject({ rows: 575, accepted: 568, rejected: 7, repeats: 0, spaces_registered: 61 });
    expect(new Set(first.mistakes.map(({ code }) => code))).toEqual(new Set(['overlap']));
    const refused = refusedLines(first);
    expect(refused.size).toBe(7);
    const expected = rowsOf(file)
      .filter(({ line }) => !refused.has(line))
      .map(
        ({ fields: [start, end, space = ''] }) =>
          `${space.toUpperCase().replace('_', '-')} ${time(start)} ${time(end)}`,
      );
    expect(await sessionsOf(tenant)).toEqual(expected.sort());
    const events = await api.eventCount();
    const second = await imported(tenant, 'sessions', file);
    expect(second).toMatchObject({ ...first, ...timesOf(second), ...added(0, 1136), spaces_registered: 0 });
    expect(await api.eventCount()).toBe(events);
  });

  it('of which some came before: the rest corrects the past, and the sessions are those of the whole', async () => {
    const [whole, parts] = [await api.newTenant(), await api.newTenant()];
    const file = copied('bay-sessions-caltech-2020.csv');
    const refused = refusedLines(await imported(whole, 'sessions', file));
    const [header, ...rows] = readFileSync(file, 'utf8').trim().split('\n');
    const accepted = rows.filter((_, index) => !refused.has(index + 2)).sort();
    // The first stay of each bay has to be there: a space has no past before its commissioning.
    const known = new Set<string | undefined>();
    const some = accepted.filter((row, index) => {
      const space = row.split(',')[2];
      const isFirst = !known.has(space);
      known.add(space);
      return isFirst || index % 6 > 0;
    });
    const part = join(folder, 'part.csv');
    writeFileSync(part, [header, ...some].join('\n'));
    const before = await imported(parts, 'sessions', part);
    expect(before).toMatchObject({ rows: some.length, rejected: 0 });
    const rest = await imported(parts, 'sessions', file);
    expect(rest).toMatchObject({ facts_known: before.facts_told, rejected: 7 });
    expect(rest.facts_told).toBe(2 * (accepted.length - some.length));
    expect(rest.facts_told).toBeGreaterThan(100);
    expect(await sessionsOf(parts)).toEqual(await sessionsOf(whole));
    expect(await imported(parts, 'sessions', file)).toMatchObject(added(0, 1136));
  });
});

/** Of the rejects file that the report names. */
function refusedLines({ rejected_file: file }: HistoryImportReport): ReadonlySet<number> {
  const rows = readFileSync(String(file), 'utf8').trim().split('\n').slice(1);
  return new Set(rows.map((row) => Number(row.split(',')[0])));
}

function timesOf({ rows_per_second, seconds }: HistoryImportReport) {
  return { rows_per_second, seconds };
}

function added(events: number, known: number) {
  return { domain_events_added: events, facts_told: 0, facts_known: known };
}

describe.skipIf(sharedIsAbsent)(needsShared('a day of transitions in Melbourne'), () => {
  it('becomes the sessions that it shows, in seconds; a second time nothing is added', async () => {
    const tenant = await api.newTenant();
    const file = copied('melbourne-bay-transitions-2021-08-27.csv');
    const before = await api.eventCount();
    const first = await imported(tenant, 'transitions', file);
    expect(first).toMatchObject({ rows: 4750, accepted: 4750, rejected: 0, spaces_registered: 1062 });
    expect(first).toMatchObject({ facts_told: 4750, rejected_file: null });
    expect(first.seconds).toBeLessThan(15);
    expect(existsSync(join(folder, 'melbourne-bay-transitions-2021-08-27.rejected.csv'))).toBe(false);
    expect(await api.eventCount()).toBe(before + (first.domain_events_added ?? 0));
    expect(await sessionsOf(tenant)).toEqual(staysShownBy(file));
    const events = await api.eventCount();
    const columns =
      'space=bay_marker_id,at=detected_ts_utc,value=status,occupied=Present,vacant=Unoccupied,' +
      'previous=previous_observation_ts_utc';
    const second = await imported(tenant, 'transitions', file, columns);
    expect(second).toMatchObject({ ...added(0, 4750), rejected: 0, spaces_registered: 0 });
    expect(await api.eventCount()).toBe(events);
  });

  it('says how far off a start and an end may be, since the bays were polled', async () => {
    const tenant = await api.newTenant();
    const rows = [
      'detected_ts_utc,bay_marker_id,status,previous_observation_ts_utc',
      '2021-08-27T09:00:00Z,1N,Unoccupied,',
      '2021-08-27T09:15:00Z,1N,Present,2021-08-27T09:00:00Z',
      '2021-08-27T09:30:00Z,1N,Unoccupied,2021-08-27T09:15:00Z',
    ];
    const file = join(folder, 'polled.csv');
    writeFileSync(file, rows.join('\n'));
    await imported(tenant, 'transitions', file);
    await api.settled();
    const { rows: sessions } = await api.pool.query(
      'SELECT uncertainty_s, quality FROM read_model.sessions WHERE tenant_id = $1',
      [tenant.tenantId],
    );
    expect(sessions).toEqual([{ uncertainty_s: 1800, quality: 'uncertain' }]);
  });

  it('the last changes of many bays give each of them its present', async () => {
    const tenant = await api.newTenant();
    const [header, ...all] = readFileSync(copied('melbourne-bay-last-change-2024-12-09.csv'), 'utf8')
      .trim()
      .split('\n');
    const rows = all.slice(0, 1_000);
    const file = join(folder, 'last-changes.csv');
    writeFileSync(file, [header, ...rows].join('\n'));
    const report = await imported(tenant, 'transitions', file);
    expect(report).toMatchObject({ rows: 1_000, accepted: 1_000, rejected: 0, spaces_registered: 1_000 });
    await api.settled();
    const { rows: found } = await api.pool.query<{ occupancy: string; count: string }>(
      'SELECT occupancy, count(*) FROM read_model.spaces_current WHERE tenant_id = $1 GROUP BY 1 ORDER BY 1',
      [tenant.tenantId],
    );
    const taken = rows.filter((row) => row.includes(',Present,')).length;
    expect(found).toEqual([
      { occupancy: 'OCCUPIED', count: `${taken}` },
      { occupancy: 'VACANT', count: `${1_000 - taken}` },
    ]);
  });
});

function staysShownBy(file: string): string[] {
  const byBay = new Map<string, { at: Instant; isThere: boolean }[]>();
  for (const { fields } of rowsOf(file)) {
    const bay = (fields[1] ?? '').toUpperCase();
    byBay.set(bay, [...(byBay.get(bay) ?? []), { at: time(fields[0]), isThere: fields[6] === 'Present' }]);
  }
  return [...byBay]
    .flatMap(([bay, seen]) => {
      const stays: { start: Instant; end: Instant | null }[] = [];
      for (const { at, isThere } of seen.sort((a, b) => (a.at < b.at ? -1 : 1))) {
        const last = stays.at(-1);
        const open = last?.end === null ? last : undefined;
        if (isThere && open === undefined) stays.push({ start: at, end: null });
        if (!isThere && open !== undefined) open.end = at;
      }
      return stays.map(({ end, start }) => `${bay} ${start} ${end ?? '-'}`);
    })
    .sort();
}
