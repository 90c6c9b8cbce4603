import { describe, expect, it } from 'vitest';
import { planTransitions } from '../../../application/history-import/transitions.ts';
import { at, uuid } from '../../support/space-commands.ts';
import { BayOnRecord } from '../../support/told-bay.ts';

const row = (line: number, hour: number, value: 'VACANT' | 'OCCUPIED') => ({
  line,
  at: at(hour),
  value,
  uncertaintyS: 0,
});

describe('a bay that is told its past', () => {
  it('has what was due by the calendar written before each fact, none of what was due later', async () => {
    const bay = new BayOnRecord();
    await bay.open(at(0));
    await bay.command(
      {
        ...{
          type: 'ApplyOverride',
          overrideId: uuid(7),
          kind: 'OUT_OF_SERVICE',
          reason: { code: 'cleaning' },
        },
        ...{ startsAt: at(3), endsAt: at(6), onConflict: 'displace', force: false, now: at(1) },
      },
      uuid(8),
    );
    const before = (await bay.types()).length;
    const rows = [row(2, 2, 'OCCUPIED'), row(3, 4, 'VACANT'), row(4, 5, 'OCCUPIED')];
    await bay.tell((recorded) => planTransitions(rows, recorded));
    const told = (await bay.types()).slice(before).filter((type) => type !== 'SpaceStateChanged');
    const seen = ['OccupancyObserved', 'OccupancyChanged'];
    expect(told).toEqual([...seen, 'OverrideStarted', ...seen, ...seen]);
  });

  it('refuses the rows of a space that has been decommissioned, one by one', async () => {
    const bay = new BayOnRecord();
    await bay.open(at(0));
    const end = { at: at(1), reason: { code: 'closure' }, onConflict: 'reject', now: at(1) } as const;
    await bay.command({ type: 'DecommissionSpace', ...end }, uuid(8));
    const rows = [row(2, 2, 'OCCUPIED'), row(3, 4, 'VACANT')];
    expect(await bay.tell((recorded) => planTransitions(rows, recorded))).toMatchObject({
      told: 0,
      rejected: [
        { line: 2, code: 'invalid-transition' },
        { line: 3, code: 'invalid-transition' },
      ],
    });
  });
});
