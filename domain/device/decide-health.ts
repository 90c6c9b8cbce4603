import { accept, type Decision } from '../event/decider.ts';
import { type ReportHealth } from './commands.ts';
import { type DeviceEvent } from './events.ts';
import { notedAs } from './evolve.ts';
import { type RegisteredDevice } from './state.ts';

/** Only what is news (rule U11). It never alters occupancy. */
export function reportHealth(command: ReportHealth, state: RegisteredDevice): Decision<DeviceEvent> {
  const events = [
    ...batteryNews(command, state),
    ...tamperNews(command, state),
    ...temperatureNews(command, state),
    ...flappingNews(command, state),
    ...notes(command, state),
  ];
  return accept(...events.map((event) => ({ event, occurredAt: command.at })));
}

function batteryNews({ battery }: ReportHealth, { ailments }: RegisteredDevice): readonly DeviceEvent[] {
  if (battery === undefined || battery.isLow === ailments.batteryLow) return [];
  const { isLow, valueMv, percent, threshold } = battery;
  const data = {
    ...(valueMv === undefined ? {} : { value_mv: valueMv }),
    ...(percent === undefined ? {} : { percent }),
    threshold,
  };
  return [{ type: isLow ? 'BatteryLow' : 'BatteryRecovered', data }];
}

function tamperNews({ isTampered, frameId }: ReportHealth, state: RegisteredDevice): readonly DeviceEvent[] {
  if (isTampered === undefined || isTampered === state.ailments.tampered) return [];
  return [{ type: isTampered ? 'TamperDetected' : 'TamperCleared', data: { frame_id: frameId } }];
}

function temperatureNews(
  { temperature, frameId }: ReportHealth,
  { ailments }: RegisteredDevice,
): readonly DeviceEvent[] {
  if (temperature === undefined || temperature.isAlarming === ailments.temperature) return [];
  const { isAlarming, deciC, thresholdDeciC } = temperature;
  const data = { deci_c: deciC, threshold_deci_c: thresholdDeciC, frame_id: frameId };
  return [{ type: isAlarming ? 'TemperatureAlertRaised' : 'TemperatureAlertCleared', data }];
}

function flappingNews({ flapping }: ReportHealth, { ailments }: RegisteredDevice): readonly DeviceEvent[] {
  if (flapping === undefined || flapping.isFlapping === ailments.flapping) return [];
  const data = { changes: flapping.changes, window_s: flapping.windowS };
  return [{ type: flapping.isFlapping ? 'SensorFlappingStarted' : 'SensorFlappingEnded', data }];
}

/** What happens at once and has no end is known again by its frame. */
function notes(command: ReportHealth, { noted }: RegisteredDevice): readonly DeviceEvent[] {
  const { restart, isCounterReset, frameId } = command;
  const events: DeviceEvent[] = [];
  if (restart !== undefined && !noted.includes(notedAs('DeviceRestarted', frameId))) {
    const { resetCause, firmware } = restart;
    const data = {
      ...(resetCause === undefined ? {} : { reset_cause: resetCause.slice(0, 64) }),
      ...(firmware === undefined ? {} : { firmware: firmware.slice(0, 32) }),
      frame_id: frameId,
    };
    events.push({ type: 'DeviceRestarted', data });
  }
  if (isCounterReset === true && !noted.includes(notedAs('FrameCounterResetSuspected', frameId))) {
    events.push({ type: 'FrameCounterResetSuspected', data: { frame_id: frameId } });
  }
  return events;
}
