import { describe, expect, it } from 'vitest';
import { WrongUse } from '../../../adapters/cli/failure.ts';
import { clockOf, readTime } from '../../../adapters/cli/history-import/read-time.ts';

function read(text: string, timeZone: string | null = 'Australia/Melbourne') {
  const reading = readTime(text, timeZone === null ? null : clockOf(timeZone));
  return reading.ok ? reading.at : reading.code;
}

describe('a time of a file', () => {
  it.each([
    ['2020-09-25T04:10:21Z', '2020-09-25T04:10:21.000Z'],
    ['2024-12-05T02:44:37+03:00', '2024-12-04T23:44:37.000Z'],
    ['2020-09-25 04:10:21+00:00', '2020-09-25T04:10:21.000Z'],
    [' 2021-08-27T09:20:18.571Z ', '2021-08-27T09:20:18.571Z'],
  ])('with an offset needs no zone: %s', (text, expected) => {
    expect(read(text, null)).toBe(expected);
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['2021-08-27 19:20:18', '2021-08-27T09:20:18.000Z'],
    ['2021-08-27T19:20', '2021-08-27T09:20:00.000Z'],
    ['2021-01-27 19:20:18.5719', '2021-01-27T08:20:18.571Z'],
  ])('without an offset is what clocks in the zone showed: %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('without an offset and a zone is refused', () => {
    expect(read('2021-08-27 19:20:18', null)).toBe('no-time-zone');
  });

  it.each(['', 'yesterday', '27/08/2021 19:20', '2021-02-30 10:00', '2021-08-27T25:00:00Z', '1630056018'])(
    '%j is no time',
    (text) => expect(read(text)).toBe('unreadable-time'),
  );

  it('in the hour that is left out in spring was never shown', () => {
    expect(read('2021-03-14 02:30:00', 'America/Los_Angeles')).toBe('nonexistent-time');
    expect(read('2021-03-14 01:59:59.999', 'America/Los_Angeles')).toBe('2021-03-14T09:59:59.999Z');
    expect(read('2021-03-14 03:00:00', 'America/Los_Angeles')).toBe('2021-03-14T10:00:00.000Z');
  });

  it('in the hour that comes twice in autumn may be two instants: both are named', () => {
    const reading = readTime('2020-11-01 01:30:00', clockOf('America/Los_Angeles'));
    expect(reading).toMatchObject({
      ok: false,
      code: 'ambiguous-time',
      detail: expect.stringMatching(/2020-11-01T08:30:00.000Z or 2020-11-01T09:30:00.000Z/) as string,
    });
    expect(read('2020-11-01 01:30:00-07:00', 'America/Los_Angeles')).toBe('2020-11-01T08:30:00.000Z');
    expect(read('2020-11-01 00:59:59', 'America/Los_Angeles')).toBe('2020-11-01T07:59:59.000Z');
    expect(read('2020-11-01 02:00:00', 'America/Los_Angeles')).toBe('2020-11-01T10:00:00.000Z');
  });

  it('on an island whose clocks move by half an hour', () => {
    expect(read('2021-10-03 02:15:00', 'Australia/Lord_Howe')).toBe('nonexistent-time');
    expect(read('2021-04-04 01:45:00', 'Australia/Lord_Howe')).toBe('ambiguous-time');
  });

  it('of a zone that is none is wrong use; an offset is no zone', () => {
    expect(() => clockOf('Mars/Olympus')).toThrow(WrongUse);
    expect(() => clockOf('+10:00')).toThrow(/--time-zone \+10:00/);
  });
});
