import { rowProjection } from '../runner/row-projection.ts';
import { foldDeviceHealth } from './fold.ts';
import { deviceHealthTable } from './table.ts';

export const deviceHealthProjection = rowProjection({
  name: 'device_health',
  version: 2,
  table: deviceHealthTable,
  category: 'device',
  handles: [
    'DeviceRegistered',
    'DeviceRecommissioned',
    'DeviceWentStale',
    'DeviceHeardAgain',
    'DeviceStaleRetracted',
    'SensorFlappingStarted',
    'SensorFlappingEnded',
    'BatteryLow',
    'BatteryRecovered',
    'TamperDetected',
    'TamperCleared',
    'TemperatureAlertRaised',
    'TemperatureAlertCleared',
    'DeviceRestarted',
    'FrameCounterResetSuspected',
  ],
  fold: foldDeviceHealth,
});
