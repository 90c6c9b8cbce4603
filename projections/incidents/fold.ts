import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type Reach } from '../runner/row-statements.ts';
import { type IncidentKind, type IncidentRow } from './table.ts';

/** The incidents of a device or a site that are open; of a retraction, also the one that it takes back. */
export function foldIncidents(rows: readonly IncidentRow[], event: ProjectedEvent): readonly IncidentRow[] {
  switch (event.type) {
    case 'DeviceWentStale':
      return silent(rows, event, 'device-stale', event.data.deadline);
    case 'DeviceHeardAgain':
      return heardAgain(rows, event, event.data.at);
    case 'DeviceStaleRetracted':
      return retracted(rows, event, event.data.deadline);
    case 'SensorFlappingStarted':
      return opened(rows, event, 'flapping');
    case 'SensorFlappingEnded':
      return ended(rows, event, 'flapping');
    case 'BatteryLow':
      return opened(rows, event, 'battery-low');
    case 'BatteryRecovered':
      return ended(rows, event, 'battery-low');
    case 'TamperDetected':
      return opened(rows, event, 'tamper');
    case 'TamperCleared':
      return ended(rows, event, 'tamper');
    case 'TemperatureAlertRaised':
      return opened(rows, event, 'temperature');
    case 'TemperatureAlertCleared':
      return ended(rows, event, 'temperature');
    case 'SiteSilenceDetected':
      return silent(rows, event, 'site-silence', event.data.since);
    case 'SiteSilenceEnded':
      return siteHeardAgain(rows, event, event.data.since);
    case 'DeviceDecommissioned':
      // Nobody looks after a device that is out of service.
      return rows.map((row) => (row.status === 'open' ? endedAt(row, event.data.at, event) : row));
    default:
      return rows;
  }
}

/** A silence that is taken back may be over already. */
export function reachOfRetraction(event: ProjectedEvent): Reach | null {
  if (event.type !== 'DeviceStaleRetracted') return null;
  return { from: event.data.deadline, to: event.data.deadline };
}

/** While one of a kind is open, another of the same kind is the same incident. */
function opened(
  rows: readonly IncidentRow[],
  event: ProjectedEvent,
  kind: IncidentKind,
): readonly IncidentRow[] {
  if (rows.some((row) => row.kind === kind && row.status === 'open')) return rows;
  return [...rows, incidentOf(event, kind, event.occurredAt)];
}

/** Late facts tell of older silences while one lasts: which is which, its beginning says. */
function silent(
  rows: readonly IncidentRow[],
  event: ProjectedEvent,
  kind: 'device-stale' | 'site-silence',
  since: Instant,
): readonly IncidentRow[] {
  if (rows.some((row) => row.kind === kind && row.status === 'open' && row.started_at === since)) return rows;
  return [...rows, incidentOf(event, kind, since)];
}

function incidentOf(event: ProjectedEvent, kind: IncidentKind, startedAt: Instant): IncidentRow {
  const isOfSite = event.category === 'site';
  return {
    tenant_id: event.tenantId,
    incident_id: event.eventId,
    kind,
    source_id: event.entityId,
    dev_eui: isOfSite ? null : event.entityId,
    site_id: isOfSite ? event.entityId : null,
    started_at: startedAt,
    ended_at: null,
    status: 'open',
    detail: event.data,
    revision: event.revision,
  };
}

function ended(
  rows: readonly IncidentRow[],
  event: ProjectedEvent,
  kind: IncidentKind,
): readonly IncidentRow[] {
  return changedWhere(
    rows,
    (row) => row.kind === kind && row.status === 'open',
    (row) => endedAt(row, event.occurredAt, event),
  );
}

/** A silence that began later goes on. */
function heardAgain(
  rows: readonly IncidentRow[],
  event: ProjectedEvent,
  at: Instant,
): readonly IncidentRow[] {
  return changedWhere(
    rows,
    (row) => row.kind === 'device-stale' && row.status === 'open' && row.started_at <= at,
    (row) => endedAt(row, at, event),
  );
}

/** One that was over when it began never was: its devices turned out not to have been silent. */
function siteHeardAgain(
  rows: readonly IncidentRow[],
  event: ProjectedEvent,
  since: Instant,
): readonly IncidentRow[] {
  return changedWhere(
    rows,
    (row) => row.kind === 'site-silence' && row.status === 'open' && row.started_at === since,
    (row) => ({
      ...endedAt(row, event.occurredAt, event),
      status: event.occurredAt <= since ? 'retracted' : 'ended',
    }),
  );
}

/** The very same rows where there is nothing to change: then nothing is written. */
function changedWhere(
  rows: readonly IncidentRow[],
  isMeant: (row: IncidentRow) => boolean,
  change: (row: IncidentRow) => IncidentRow,
): readonly IncidentRow[] {
  return rows.some(isMeant) ? rows.map((row) => (isMeant(row) ? change(row) : row)) : rows;
}

function endedAt(row: IncidentRow, at: Instant, event: ProjectedEvent): IncidentRow {
  return { ...row, ended_at: laterOf(at, row.started_at), status: 'ended', revision: event.revision };
}

function retracted(
  rows: readonly IncidentRow[],
  event: ProjectedEvent,
  deadline: Instant,
): readonly IncidentRow[] {
  return rows.map((row): IncidentRow => {
    if (row.kind !== 'device-stale' || row.started_at !== deadline || row.status === 'retracted') return row;
    return { ...row, ended_at: row.ended_at ?? deadline, status: 'retracted', revision: event.revision };
  });
}
