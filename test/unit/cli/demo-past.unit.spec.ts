import { describe, expect, it } from 'vitest';
import { planSpaces, sites } from '../../../adapters/cli/demo/city.ts';
import { pastOf } from '../../../adapters/cli/demo/past.ts';
import { deviceTypes } from '../../../adapters/lorawan/device-types.ts';
import { type Instant } from '../../../domain/time/instant.ts';

const FROM = '2026-11-20T00:00:00.000Z' as Instant;
const TO = '2026-11-22T00:00:00.000Z' as Instant;

describe('the demo city', () => {
  it.each([8, 60, 120, 480])('has exactly %i spaces with unique codes and devices', (count) => {
    const spaces = planSpaces(count);
    expect(spaces).toHaveLength(count);
    expect(new Set(spaces.map(({ code }) => code)).size).toBe(count);
    const devices = spaces.flatMap(({ display, sensor }) => [
      sensor.devEui,
      ...(display === null ? [] : [display]),
    ]);
    expect(new Set(devices).size).toBe(devices.length);
    for (const eui of devices) expect(eui).toMatch(/^[0-9a-f]{16}$/);
  });

  it('has two sites in different time zones, four zones, sensors of every simulated type that is heard daily, and the story bays', () => {
    const spaces = planSpaces(60);
    expect(new Set(sites.map(({ timeZone }) => timeZone)).size).toBe(2);
    expect(new Set(spaces.map(({ zone }) => zone)).size).toBe(4);
    expect(new Set(spaces.map(({ sensor }) => sensor.type))).toEqual(
      new Set(deviceTypes.filter(({ encodeUplink, heartbeatS }) => encodeUplink && heartbeatS === 86_400)),
    );
    const codes = spaces.map(({ code }) => code);
    for (const code of ['A-07', 'A-12', 'B-03', 'B-09', 'C-01', 'C-05', 'D-02'])
      expect(codes).toContain(code);
  });
});

describe('its past', () => {
  const histories = planSpaces(60).map((space) => pastOf(space, FROM, TO));

  it('is the same each time', () => {
    expect(planSpaces(60).map((space) => pastOf(space, FROM, TO))).toEqual(histories);
  });

  it('is in order, in its two days, and alternates between taken and free', () => {
    for (const { steps } of histories) {
      const times = steps.map(({ at }) => at);
      expect(times).toEqual([...times].sort());
      expect(times.every((at) => at >= FROM && at < TO)).toBe(true);
      const values = steps.flatMap((step) => (step.kind === 'observe' ? [step.occupied] : []));
      expect(values.every((value, index) => value !== values[index - 1])).toBe(true);
    }
  });

  it('is about as busy as a city is: some sixteen changes a day and space, some bookings, some closures', () => {
    const kinds = histories.flatMap(({ steps }) => steps.map(({ kind }) => kind));
    const perDay = kinds.filter((kind) => kind === 'observe').length / 60 / 2;
    expect(perDay).toBeGreaterThan(8);
    expect(perDay).toBeLessThan(30);
    expect(kinds).toContain('book');
    expect(kinds).toContain('override');
  });
});
