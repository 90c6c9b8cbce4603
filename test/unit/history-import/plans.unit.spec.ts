import { describe, expect, it } from 'vitest';
import { nothingRecorded, type RecordedPast } from '../../../application/history-import/recorded-past.ts';
import { type FileStay, planStays } from '../../../application/history-import/stays.ts';
import { planTransitions } from '../../../application/history-import/transitions.ts';
import { at } from '../../support/space-commands.ts';

const stay = (line: number, from: number, to: number | null): FileStay => ({
  line,
  start: at(from),
  end: to === null ? null : at(to),
});

function told(rows: readonly FileStay[], recorded: RecordedPast = nothingRecorded) {
  const { facts, rejected, repeats } = planStays(rows, recorded);
  return {
    facts: facts.map(({ at: instant, value }) => `${instant.slice(11, 23)} ${value}`),
    rejected: rejected.map(({ code, line }) => `${line} ${code}`),
    repeats,
  };
}

/** A stay of another source, or of an earlier file. */
const onRecord = (from: number, to: number | null): RecordedPast => ({
  ...nothingRecorded,
  stays: [
    { id: 'other', start: at(from), end: to === null ? null : at(to), uncertaintyS: 0, bridged: false },
  ],
});

describe('stays of one bay', () => {
  it('are arrivals and departures in the order of time, whatever the order of the rows', () => {
    expect(told([stay(2, 5, 6), stay(3, 1, 2)]).facts).toEqual([
      '01:00:00.000 OCCUPIED',
      '02:00:00.000 VACANT',
      '05:00:00.000 OCCUPIED',
      '06:00:00.000 VACANT',
    ]);
  });

  it('that overlap: the one that began first stands; the one after both may fit', () => {
    expect(told([stay(2, 1, 3), stay(3, 2, 5), stay(4, 4, 6)]).rejected).toEqual(['3 overlap']);
  });

  it('that are there twice are one; a repeat of what was rejected is rejected', () => {
    expect(told([stay(2, 1, 2), stay(3, 1, 2)])).toMatchObject({ rejected: [], repeats: 1 });
    expect(told([stay(2, 1, 4), stay(3, 2, 3), stay(4, 2, 3)])).toMatchObject({
      rejected: ['3 overlap', '4 overlap'],
      repeats: 0,
    });
  });

  it('that touch have a millisecond between them: at one instant a bay has one value', () => {
    expect(told([stay(2, 1, 2), stay(3, 2, 3)]).facts).toEqual([
      '01:00:00.000 OCCUPIED',
      '02:00:00.000 VACANT',
      '02:00:00.001 OCCUPIED',
      '03:00:00.000 VACANT',
    ]);
    expect(told([stay(2, 1, 2)], onRecord(2, 3)).facts).toEqual([
      '01:00:00.000 OCCUPIED',
      '01:59:59.999 VACANT',
    ]);
  });

  it('without an end: only the last; else one missing end would take in all that follows', () => {
    expect(told([stay(2, 1, null), stay(3, 4, null)])).toMatchObject({ rejected: ['2 no-end'] });
    expect(told([stay(2, 1, null)], onRecord(3, 4)).rejected).toEqual(['2 no-end']);
  });

  it('give way to what is on record', () => {
    expect(told([stay(2, 1, 3)], onRecord(2, 4)).rejected).toEqual(['2 overlap']);
    expect(told([stay(2, 1, 3)], onRecord(0, null)).rejected).toEqual(['2 overlap']);
    expect(told([stay(2, 1, 3)], onRecord(4, 5)).rejected).toEqual([]);
  });

  it('that are on record with another end contradict it', () => {
    const recorded: RecordedPast = {
      ...onRecord(1, 2),
      knows: ({ value }) => value === 'OCCUPIED',
      stayIdOf: () => 'other',
    };
    expect(told([stay(2, 1, 3)], recorded).rejected).toEqual(['2 contradiction']);
  });

  it('before the space was commissioned are of no space', () => {
    expect(told([stay(2, 1, 3)], { ...nothingRecorded, commissionedAt: at(2) }).rejected).toEqual([
      '2 before-commissioning',
    ]);
  });
});

describe('transitions of one bay', () => {
  const row = (line: number, hour: number, value: 'VACANT' | 'OCCUPIED', uncertaintyS = 0) => ({
    line,
    at: at(hour),
    value,
    uncertaintyS,
  });

  it('of one instant that disagree are all refused; those that agree are one, the surest', () => {
    const plan = planTransitions(
      [row(2, 1, 'VACANT'), row(3, 2, 'OCCUPIED', 60), row(4, 1, 'OCCUPIED'), row(5, 2, 'OCCUPIED', 30)],
      nothingRecorded,
    );
    expect(plan.rejected.map(({ code, line }) => `${line} ${code}`)).toEqual([
      '2 contradiction',
      '4 contradiction',
    ]);
    expect(plan.facts).toMatchObject([{ line: 5, uncertaintyS: 30 }]);
    expect(plan.repeats).toBe(1);
  });

  it('that contradict what is on record of that instant are refused', () => {
    const recorded: RecordedPast = { ...nothingRecorded, knows: ({ value }) => value === 'VACANT' };
    const plan = planTransitions([row(2, 1, 'OCCUPIED'), row(3, 2, 'VACANT')], recorded);
    expect(plan.rejected).toMatchObject([{ line: 2, code: 'contradiction' }]);
    expect(plan.facts).toMatchObject([{ line: 3 }]);
  });
});
