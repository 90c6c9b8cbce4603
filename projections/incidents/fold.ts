import { type Instant, laterOf } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type Reach } from '../runner/row-statements.ts';
import { type IncidentKind, type IncidentRow } from './table.ts';

/** The incidents of a device or a site that are open; of a retraction, also the one that it takes back. */
export function foldIncidents(rows: readonly IncidentRow[], event: ProjectedEvent): readonly IncidentRow[] {
  switch (event.type) {
    case 'DeviceWentStale':
      return opened(rows, event, 'device-stale', event.data.deadline);
    case 'DeviceHeardAgain':
      return ended(rows, event, 'device-stale', event.data.at);
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
      return opened(rows, event, 'site-silence', event.data.since);
    case 'SiteSilenceEnded':
      return ended(rows, event, 'site-silence');
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
  startedAt: Instant = event.occurredAt,
): readonly IncidentRow[] {
  if (rows.some((row) => row.kind === kind && row.status === 'open')) return rows;
  const isOfSite = event.category === 'site';
  const incident: IncidentRow = {
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
  return [...rows, incident];
}

function ended(
  rows: readonly IncidentRow[],
  event: ProjectedEvent,
  kind: IncidentKind,
  at: Instant = event.occurredAt,
): readonly IncidentRow[] {
  if (!rows.some((row) => row.kind === kind && row.status === 'open')) return rows;
  return rows.map((row) => (row.kind === kind && row.status === 'open' ? endedAt(row, at, event) : row));
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
