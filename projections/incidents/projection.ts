import { rowProjection } from '../runner/row-projection.ts';
import { foldIncidents, reachOfRetraction } from './fold.ts';
import { incidentsTable } from './table.ts';

export const incidentsProjection = rowProjection({
  name: 'incidents',
  version: 2,
  table: incidentsTable,
  category: ['device', 'site'],
  handles: [
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
    'SiteSilenceDetected',
    'SiteSilenceEnded',
    'DeviceDecommissioned',
  ],
  reach: { from: 'started_at', of: reachOfRetraction },
  fold: foldIncidents,
});
