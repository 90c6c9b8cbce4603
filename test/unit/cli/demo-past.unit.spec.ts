import { describe, expect, it } from 'vitest';
import { planSpaces, sites } from '../../../adapters/cli/demo/city.ts';
import { pastOf } from '../../../adapters/cli/demo/past.ts';
import { framesOf } from '../../../adapters/cli/demo/stories.ts';
import { storyBays, storyOf } from '../../../adapters/cli/demo/story-bays.ts';
import { deviceTypes } from '../../../adapters/lorawan/device-types.ts';
import { type Instant } from '../../../domain/time/instant.ts';

const FROM = '2026-11-20T00:00:00.000Z' as Instant;
const TO = '2026-11-22T00:00:00.000Z' as Instant;

describe('the demo city', () => {
  it.each([8, 60, 120, 480])('has exactly %i spaces with unique codes and devices', (count) => {
    const spaces = planSpaces(count);
    expect(spaces).toHaveLength(count);
    expect(new Set(spaces.map(({ code }) => code)).size).toBe(count);
    const devices = spaces.flatMap(({ display, sensor, successor }) => [
      sensor.devEui,
      ...(display === null ? [] : [display]),
      ...(successor === null ? [] : [successor.devEui]),
    ]);
    expect(new Set(devices).size).toBe(devices.length);
    for (const eui of devices) expect(eui).toMatch(/^[0-9a-f]{16}$/);
  });

  it('has two sites in different time zones, four zones, sensors of every simulated type that is heard daily, and the story bays', () => {
    const spaces = planSpaces(60);
    expect(new Set(sites.map(({ timeZone }) => timeZone)).size).toBe(2);
    expect(new Set(spaces.map(({ zone }) => zone)).size).toBe(4);
    const others = spaces.filter(({ code }) => storyOf(code) === null);
    expect(new Set(others.map(({ sensor }) => sensor.type))).toEqual(
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

describe('its story bays', () => {
  const plan = planSpaces(60);
  const spaceOf = (code: string) => {
    const found = plan.find((space) => space.code === code);
    if (found === undefined) throw new Error(`no ${code}`);
    return found;
  };
  const framesAt = (code: string) => {
    const story = storyOf(code);
    if (story === null) throw new Error(`${code} has no story`);
    return framesOf(story, spaceOf(code), FROM, TO);
  };

  it.each(storyBays.map((story) => [story.code, story] as const))(
    '%s is left alone from the beginning of its story on, and by bookings and closures before',
    (code, story) => {
      const { steps } = pastOf(spaceOf(code), FROM, TO);
      const begins = new Date(Date.parse(TO) - story.beginsAgoMin * 60_000).toISOString();
      const later = steps.filter(({ at }) => at >= begins);
      expect(later.length).toBeLessThanOrEqual(story.steps.length);
      expect(steps.every(({ kind }) => kind === 'observe' || kind === 'swap')).toBe(true);
      expect(framesAt(code).every(({ at }) => at >= begins && at < TO)).toBe(true);
    },
  );

  it('has a sensor on C-05 that is never silent for long, until it is', () => {
    const frames = framesAt('C-05');
    const { heartbeatS } = spaceOf('C-05').sensor.type;
    const gaps = frames.slice(1).map(({ at }, index) => Date.parse(at) - Date.parse(frames[index]?.at ?? ''));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(heartbeatS * 1000);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    const last = frames.at(-1);
    expect(last?.occupied).toBe(true);
    expect(Date.parse(TO) - Date.parse(last?.at ?? '')).toBeGreaterThan(2.2 * heartbeatS * 1000);
    expect(frames.map(({ fCnt }) => fCnt)).toEqual(frames.map((_, index) => index));
    expect(frames.some(({ kind }) => kind === 'heartbeat')).toBe(true);
  });

  it('has one frame on A-07 that arrives behind frames which were sent after it', () => {
    const frames = framesAt('A-07');
    const late = frames.filter(({ at }, index) => frames.slice(0, index).some((one) => one.at > at));
    expect(late).toHaveLength(1);
    expect(late[0]).toBe(frames.at(-1));
  });
});
