import { describe, expect, it } from 'vitest';
import { siteDecider } from '../../../domain/site/decider.ts';
import { type SiteEvent } from '../../../domain/site/events.ts';
import { type SensorOfSite, wholeSilences } from '../../../domain/site/whole-silence.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { at, given } from '../catalogue/given.ts';

const registered: SiteEvent = { type: 'SiteRegistered', data: { name: 'Harbour', time_zone: 'UTC' } };
const minute = (count: number): Instant => addSeconds(at(10), count * 60);

/** Sensors that have watched since 08:00; the first ones fell silent at these minutes after 10:00, [from] or [from, to). */
function sensors(count: number, ...silences: readonly (readonly [number, number?])[]): SensorOfSite[] {
  return Array.from({ length: count }, (_, i) => {
    const silence = silences[i];
    return {
      devEui: i.toString(16).padStart(16, '0'),
      watches: [{ from: at(8), to: null }],
      silences:
        silence === undefined
          ? []
          : [{ from: minute(silence[0]), to: silence[1] === undefined ? null : minute(silence[1]) }],
    };
  });
}

const found = (devices: readonly SensorOfSite[], through = at(24)) => wholeSilences(devices, through);

describe('U10: a whole site is silent', () => {
  it('when 30 % of at least five sensors fell silent within 15 minutes', () => {
    const one = { since: minute(0), detectedAt: minute(15), devices: 3, endedAt: null, devicesInAll: 3 };
    expect(found(sensors(10, [0], [7], [15]))).toEqual([one]);
    expect(found(sensors(11, [0], [7], [15]))).toEqual([]);
    expect(found(sensors(10, [0], [7], [15.01]))).toEqual([]);
    expect(found(sensors(10, [0]))).toEqual([]);
    expect(found(sensors(5, [0], [0]))).toMatchObject([{ devices: 2, detectedAt: minute(0) }]);
    expect(found(sensors(4, [0], [0], [0], [0]))).toEqual([]);
    expect(found([])).toEqual([]);
  });

  it('counts a sensor once, and only as long as it is silent', () => {
    const [loose, ...rest] = sensors(10, [0, 2], [8]);
    if (loose === undefined) throw new Error('there are ten');
    const twice = { ...loose, silences: [...loose.silences, { from: minute(5), to: null }] };
    expect(found([twice, ...rest])).toEqual([]);
    expect(found(sensors(10, [0, 2], [3], [4]))).toEqual([]);
  });

  it('does not count who was silent long before', () => {
    expect(found(sensors(10, [-60], [-40], [-20], [0], [1]))).toEqual([]);
  });

  it('grows by those that fall silent meanwhile, and ends when fewer than 30 % are left', () => {
    const outage = sensors(10, [0, 60], [1, 61], [2, 62], [40, 63], [50]);
    expect(found(outage)).toEqual([
      { since: minute(0), detectedAt: minute(2), devices: 3, endedAt: minute(62), devicesInAll: 5 },
    ]);
    expect(found(outage, minute(61.5))).toMatchObject([{ endedAt: null, devicesInAll: 5 }]);
  });

  it('does not go on because of sensors that had been silent before it', () => {
    const outage = sensors(10, [-500], [-400], [-300], [0, 60], [1, 60], [2, 60]);
    expect(found(outage)).toMatchObject([{ devices: 3, endedAt: minute(60) }]);
  });

  it('is another silence when enough fall silent anew', () => {
    const again = sensors(10, [0, 30], [1], [2], [31], [32], [33]);
    expect(found(again)).toMatchObject([
      { since: minute(0), endedAt: minute(30) },
      { since: minute(31), detectedAt: minute(33), devices: 3, endedAt: null },
    ]);
    expect(found(sensors(10, [0, 3], [1], [2], [4]))).toMatchObject([{ endedAt: minute(3) }]);
  });

  it('D2: counts sensors and their silences while they watch there', () => {
    const [a, b, c, ...rest] = sensors(10, [0], [1], [2]);
    if (a === undefined || b === undefined || c === undefined) throw new Error('there are ten');
    const moved = (device: SensorOfSite, ...watches: SensorOfSite['watches']) => ({ ...device, watches });
    const elsewhere = moved(c, { from: at(8), to: minute(2) });
    expect(found([a, b, elsewhere, ...rest])).toEqual([]);
    const nextBay = moved(c, { from: at(8), to: minute(2) }, { from: minute(2), to: null });
    expect(found([a, b, nextBay, ...rest])).toMatchObject([{ devices: 3, endedAt: null }]);
    const removed = moved(c, { from: at(8), to: minute(90) });
    expect(found([a, b, removed, ...rest])).toMatchObject([{ devices: 3, endedAt: minute(90) }]);
    const fewer = rest.map((device) => moved(device, { from: at(8), to: minute(9) }));
    expect(found([a, b, ...fewer, ...sensors(1)])).toEqual([]);
    // A sensor that will be there tomorrow is not there today.
    const tomorrow = sensors(5).map((device, i) => ({
      ...moved(device, { from: at(24), to: null }),
      devEui: `f${i}`,
    }));
    expect(found([a, b, c, ...rest, ...tomorrow], at(23))).toMatchObject([{ endedAt: null }]);
  });
});

const detected = (since: Instant, devices = 3): SiteEvent => ({
  type: 'SiteSilenceDetected',
  data: { since, devices },
});
const over = (since: Instant, devices = 3): SiteEvent => ({
  type: 'SiteSilenceEnded',
  data: { since, devices },
});
const site = (...history: readonly SiteEvent[]) => given(siteDecider, registered, ...history);
const tell = (devices: readonly SensorOfSite[], through = at(24)) =>
  ({ type: 'TellSiteSilences', devices, through, now: at(24) }) as const;

describe('U10: the site is told', () => {
  it('of a silence when it is found, and of its end, each once', () => {
    const lasting = sensors(10, [0], [1], [2]);
    const { at: found1 } = site()
      .when(tell(lasting))
      .gives(detected(minute(0)));
    expect(found1).toEqual([minute(2)]);
    site(detected(minute(0)))
      .when(tell(lasting))
      .gives();
    const ending = sensors(10, [0, 60], [1], [2]);
    const { at: ended } = site(detected(minute(0)))
      .when(tell(ending))
      .gives(over(minute(0)));
    expect(ended).toEqual([minute(60)]);
    site(detected(minute(0)), over(minute(0)))
      .when(tell(ending))
      .gives();
    given(siteDecider).when(tell(lasting)).refuses('not-found');
  });

  it('of one that was over before anybody looked: both, as it was', () => {
    const outage = sensors(10, [0, 60], [1, 60], [2, 60], [3, 60]);
    const { at: instants } = site()
      .when(tell(outage))
      .gives(detected(minute(0)), over(minute(0), 4));
    expect(instants).toEqual([minute(2), minute(60)]);
  });

  it('U9: that it never was when silences are taken back: it was over when it began', () => {
    const { at: instants } = site(detected(minute(0)))
      .when(tell(sensors(10, [0], [1])))
      .gives(over(minute(0)));
    expect(instants).toEqual([minute(0)]);
    site(detected(minute(0)), over(minute(0)))
      .when(tell(sensors(10, [0], [1])))
      .gives();
  });

  it('of no second one when late facts only move its beginning', () => {
    site(detected(minute(1)))
      .when(tell(sensors(10, [0], [1], [2])))
      .gives();
    site(detected(minute(0)))
      .when(tell(sensors(10, [1], [2], [3])))
      .gives();
    site(detected(minute(1)), over(minute(1)))
      .when(tell(sensors(10, [0, 60], [1], [2])))
      .gives();
  });

  it('of one that lasts, though another one that is over lies near', () => {
    site(detected(minute(0)), over(minute(0)))
      .when(tell(sensors(10, [1], [2], [5])))
      .gives(detected(minute(1)));
  });

  it('of an older one that only late facts show, beside the one that lasts', () => {
    const both = sensors(10, [-100, -50], [-99, -50], [-98, -50], [0], [1], [2]);
    site(detected(minute(0)))
      .when(tell(both))
      .gives(detected(minute(-100)), over(minute(-100)));
  });

  it('when it is closed, too', () => {
    site(detected(minute(0)), { type: 'SiteClosed', data: { reason: { code: 'closure' } } })
      .when(tell(sensors(10, [0, 60], [1], [2])))
      .gives(over(minute(0)));
  });
});
