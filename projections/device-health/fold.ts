import { type Instant } from '../../domain/time/instant.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type DeviceHealthRow } from './table.ts';

type Health = Omit<DeviceHealthRow, 'tenant_id' | 'dev_eui' | 'revision'>;

const well: Health = {
  stale_since: null,
  flapping_since: null,
  battery_low_since: null,
  tamper_since: null,
  temperature_alert_since: null,
  restarts: 0,
  last_restart_at: null,
  reset_cause: null,
  told_firmware: null,
  counter_reset_suspected_at: null,
};

export function foldDeviceHealth(
  rows: readonly DeviceHealthRow[],
  event: ProjectedEvent,
): readonly DeviceHealthRow[] {
  const [former] = rows;
  const change = changeOf(former ?? null, event);
  if (change === null) return rows;
  const row = former ?? { tenant_id: event.tenantId, dev_eui: event.entityId, ...well, revision: 0 };
  return [{ ...row, ...change, revision: event.revision }];
}

/** Null: nothing about its health. */
function changeOf(former: DeviceHealthRow | null, event: ProjectedEvent): Partial<Health> | null {
  const at = event.occurredAt;
  switch (event.type) {
    case 'DeviceRegistered':
    // What was wrong with it before it came back is over.
    case 'DeviceRecommissioned':
      return well;
    case 'DeviceWentStale':
      // Late facts may tell of an older silence while one lasts.
      return isAfter(former?.stale_since, event.data.deadline) ? null : { stale_since: event.data.deadline };
    case 'DeviceHeardAgain':
      return isAfter(former?.stale_since, event.data.at) ? null : { stale_since: null };
    case 'DeviceStaleRetracted':
      // A later silence stays.
      return former?.stale_since === event.data.deadline ? { stale_since: null } : null;
    case 'SensorFlappingStarted':
      return { flapping_since: former?.flapping_since ?? at };
    case 'SensorFlappingEnded':
      return { flapping_since: null };
    case 'BatteryLow':
      return { battery_low_since: former?.battery_low_since ?? at };
    case 'BatteryRecovered':
      return { battery_low_since: null };
    case 'TamperDetected':
      return { tamper_since: former?.tamper_since ?? at };
    case 'TamperCleared':
      return { tamper_since: null };
    case 'TemperatureAlertRaised':
      return { temperature_alert_since: former?.temperature_alert_since ?? at };
    case 'TemperatureAlertCleared':
      return { temperature_alert_since: null };
    case 'DeviceRestarted': {
      const { reset_cause, firmware } = event.data;
      return {
        restarts: (former?.restarts ?? 0) + 1,
        last_restart_at: at,
        reset_cause: reset_cause ?? null,
        told_firmware: firmware ?? former?.told_firmware ?? null,
      };
    }
    case 'FrameCounterResetSuspected':
      return { counter_reset_suspected_at: at };
    default:
      return null;
  }
}

function isAfter(since: Instant | null | undefined, at: Instant): boolean {
  return since !== null && since !== undefined && since > at;
}
