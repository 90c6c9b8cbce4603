import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Position } from '../../../application/ports/event-store/position.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type DeviceEvent } from '../../../domain/device/events.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { foldDeviceHealth } from '../../../projections/device-health/fold.ts';
import { type DeviceHealthRow } from '../../../projections/device-health/table.ts';
import { foldIncidents } from '../../../projections/incidents/fold.ts';
import { type IncidentRow } from '../../../projections/incidents/table.ts';
import { foldOrphan } from '../../../projections/orphans/fold.ts';
import { type OrphanRow } from '../../../projections/orphans/table.ts';
import { type ProjectedEvent } from '../../../projections/runner/projected-event.ts';
import { uuid } from '../../support/space-commands.ts';

const EUI = '00000000000000a1';
const t = (time: string): Instant => `2026-03-02T${time}:00.000Z` as Instant;

/** What a device recorded, event after event. */
function told(...events: readonly (readonly [time: string, event: DeviceEvent])[]): ProjectedEvent[] {
  return events.map(([time, event], revision) => ({
    ...event,
    stream: streamName('device', uuid(1), EUI),
    category: 'device',
    tenantId: uuid(1),
    entityId: EUI,
    revision,
    position: null as unknown as Position,
    eventId: randomUUID(),
    occurredAt: t(time),
    recordedAt: t(time),
    actor: null,
  }));
}

const incidents = (...events: readonly ProjectedEvent[]): readonly IncidentRow[] =>
  events.reduce<readonly IncidentRow[]>((rows, event) => foldIncidents(rows, event), []);
const health = (...events: readonly ProjectedEvent[]): DeviceHealthRow | undefined =>
  events.reduce<readonly DeviceHealthRow[]>((rows, event) => foldDeviceHealth(rows, event), [])[0];
const orphans = (...events: readonly ProjectedEvent[]): readonly OrphanRow[] =>
  events.reduce<readonly OrphanRow[]>((rows, event) => foldOrphan(rows, event), []);

const pairs = [
  [
    'flapping',
    'SensorFlappingStarted',
    'SensorFlappingEnded',
    { changes: 13, window_s: 3600 },
    'flapping_since',
  ],
  ['battery-low', 'BatteryLow', 'BatteryRecovered', { percent: 9, threshold: 10 }, 'battery_low_since'],
  ['tamper', 'TamperDetected', 'TamperCleared', {}, 'tamper_since'],
  ['temperature', 'TemperatureAlertRaised', 'TemperatureAlertCleared', {}, 'temperature_alert_since'],
] as const;

describe('incidents and health of a device', () => {
  it.each(pairs)('%s begins and ends, and begins only once', (kind, begins, ends, data, since) => {
    const begun = { type: begins, data } as DeviceEvent;
    const over = { type: ends, data } as DeviceEvent;
    const twice = told(['08:00', begun], ['08:30', begun]);
    expect(incidents(...twice)).toMatchObject([
      { kind, status: 'open', started_at: t('08:00'), detail: data },
    ]);
    expect(health(...twice)).toMatchObject({ [since]: t('08:00') });
    const ended = told(['08:00', begun], ['09:00', over], ['09:30', over]);
    expect(incidents(...ended)).toMatchObject([{ kind, status: 'ended', ended_at: t('09:00') }]);
    expect(health(...ended)).toMatchObject({ [since]: null });
  });

  const stale = (deadline: string): DeviceEvent => ({
    type: 'DeviceWentStale',
    data: { last_heard_at: t('01:00'), deadline: t(deadline) },
  });
  const retracted = (deadline: string): DeviceEvent => ({
    type: 'DeviceStaleRetracted',
    data: { deadline: t(deadline), frame_id: uuid(9) },
  });

  it('U9: a silence that is taken back never was; a later one stays', () => {
    const events = told(['08:00', stale('08:00')], ['08:10', retracted('08:00')], ['10:00', stale('10:00')]);
    expect(incidents(...events)).toMatchObject([
      { status: 'retracted', started_at: t('08:00'), ended_at: t('08:00') },
      { status: 'open', started_at: t('10:00') },
    ]);
    expect(health(...events)).toMatchObject({ stale_since: t('10:00') });
    const [, , , late] = told(
      ['08:00', stale('08:00')],
      ['08:05', stale('08:00')],
      ['10:00', stale('10:00')],
      ['10:05', retracted('08:00')],
    );
    if (late === undefined) throw new Error('the retraction is there');
    expect(health(...events, late)).toMatchObject({ stale_since: t('10:00') });
  });

  it('U9: an older silence that late facts show does not end the one that lasts', () => {
    const heard: DeviceEvent = { type: 'DeviceHeardAgain', data: { at: t('09:00') } };
    const events = told(['10:00', stale('10:00')], ['08:00', stale('08:00')], ['09:00', heard]);
    expect(incidents(...events)).toMatchObject([
      { status: 'open', started_at: t('10:00') },
      { status: 'ended', started_at: t('08:00'), ended_at: t('09:00') },
    ]);
    expect(health(...events)).toMatchObject({ stale_since: t('10:00') });
  });

  it('a device that goes out of service has no open incident any more, and comes back well', () => {
    const gone: DeviceEvent = {
      type: 'DeviceDecommissioned',
      data: { at: t('09:00'), reason: { code: 'other' } },
    };
    const back: DeviceEvent = { type: 'DeviceRecommissioned', data: { at: t('10:00') } };
    const events = told(['08:00', stale('08:00')], ['09:00', gone], ['10:00', back]);
    expect(incidents(...events)).toMatchObject([{ status: 'ended', ended_at: t('09:00') }]);
    expect(health(...events)).toMatchObject({ stale_since: null });
  });

  it('a restart tells why and with which firmware, and forgets neither', () => {
    const restarted = (data: { reset_cause?: string; firmware?: string }): DeviceEvent => ({
      type: 'DeviceRestarted',
      data,
    });
    const events = told(
      ['08:00', restarted({ reset_cause: 'watchdog', firmware: '0.39' })],
      ['09:00', restarted({ reset_cause: 'button' })],
    );
    expect(health(...events)).toMatchObject({
      restarts: 2,
      last_restart_at: t('09:00'),
      reset_cause: 'button',
      told_firmware: '0.39',
    });
  });
});

describe('U10: incidents of a site', () => {
  const site = (type: 'SiteSilenceDetected' | 'SiteSilenceEnded', since: string, at: string) => {
    const [event] = told([at, { type, data: { since: t(since), devices: 3 } } as unknown as DeviceEvent]);
    if (event === undefined) throw new Error('there is one');
    return { ...event, category: 'site', entityId: uuid(2) } as ProjectedEvent;
  };

  it('are its silences, each from its beginning to its own end', () => {
    const lasting = site('SiteSilenceDetected', '10:00', '10:05');
    expect(incidents(lasting, lasting)).toMatchObject([
      { kind: 'site-silence', status: 'open', started_at: t('10:00'), site_id: uuid(2), dev_eui: null },
    ]);
    const older = [site('SiteSilenceDetected', '07:00', '07:05'), site('SiteSilenceEnded', '07:00', '08:00')];
    expect(incidents(lasting, ...older)).toMatchObject([
      { status: 'open', started_at: t('10:00') },
      { status: 'ended', started_at: t('07:00'), ended_at: t('08:00') },
    ]);
  });

  it('U9: one that was over when it began never was', () => {
    const events = [
      site('SiteSilenceDetected', '10:00', '10:05'),
      site('SiteSilenceEnded', '10:00', '10:00'),
    ];
    expect(incidents(...events)).toMatchObject([{ status: 'retracted', ended_at: t('10:00') }]);
  });
});

describe('orphans', () => {
  const seen: DeviceEvent = { type: 'OrphanSeen', data: { first_frame_id: uuid(7) } };
  const registered: DeviceEvent = {
    type: 'DeviceRegistered',
    data: { dev_eui: EUI, device_type: 'x', kind: 'sensor' },
  };
  const back: DeviceEvent = { type: 'DeviceRecommissioned', data: { at: t('11:00') } };

  it('U12, D4: are open from their first frame until they are registered, and again when out of service', () => {
    expect(orphans(...told(['08:00', registered]))).toEqual([]);
    expect(orphans(...told(['08:00', seen], ['08:10', seen]))).toMatchObject([
      { status: 'open', first_seen_at: t('08:00') },
    ]);
    const events = told(['08:00', seen], ['09:00', registered], ['10:00', seen], ['11:00', back]);
    expect(orphans(...events.slice(0, 2))).toMatchObject([{ status: 'adopted', adopted_at: t('09:00') }]);
    expect(orphans(...events.slice(0, 3))).toMatchObject([{ status: 'open', first_seen_at: t('10:00') }]);
    expect(orphans(...events)).toMatchObject([{ status: 'adopted', adopted_at: t('11:00') }]);
  });
});
