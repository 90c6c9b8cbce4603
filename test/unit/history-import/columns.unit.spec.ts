import { describe, expect, it } from 'vitest';
import { WrongUse } from '../../../adapters/cli/failure.ts';
import {
  type HistoryKind,
  parseColumns,
  resolveColumns,
} from '../../../adapters/cli/history-import/columns.ts';

function resolve(kind: HistoryKind, header: string, columns?: string) {
  return resolveColumns(kind, parseColumns(kind, columns), header.split(','));
}

const CALTECH = 'arrival_utc,departure_utc,space_id,station_id,site_id,cluster_id,timezone,session_id';
const MELBOURNE =
  'detected_ts_utc,bay_marker_id,bay_id,lat,lon,event,status,previous_observation_ts_utc,polls_since_previous_observation';
const LAST_CHANGE = 'Lastupdated,Status_Timestamp,Zone_Number,Status_Description,KerbsideID,Location';

describe('columns of a file', () => {
  it('are known of the published files', () => {
    expect(resolve('sessions', CALTECH).index).toMatchObject({ space: 2, start: 0, end: 1 });
    // Some markers share a bay_id: the marker is the bay.
    expect(resolve('transitions', MELBOURNE).index).toMatchObject({ space: 1, at: 0, value: 6, previous: 7 });
    expect(resolve('transitions', LAST_CHANGE).index).toMatchObject({
      space: 4,
      at: 1,
      value: 3,
      previous: -1,
    });
  });

  it('are those that are said, in whatever case, and with blanks around', () => {
    const columns = 'space = spaceID, start=ConnectionTime,end=disconnectTime';
    const header = 'space,connectionTime,disconnectTime,spaceID';
    expect(resolve('sessions', header, columns).index).toMatchObject({ space: 3, start: 1, end: 2 });
    expect(resolve('sessions', ' Space , START , end ').index).toMatchObject({ space: 0, start: 1, end: 2 });
  });

  it('that are missing are wrong use, with those that exist', () => {
    const wrong = () => resolve('sessions', 'bay,from,to');
    expect(wrong).toThrow(WrongUse);
    expect(wrong).toThrow(/no column for start; it has bay, from, to.*--columns start=/);
    expect(() => resolve('sessions', CALTECH, 'end=gone')).toThrow(/no column gone; it has arrival_utc/);
    // An optional one that was asked for by name is needed.
    expect(() => resolve('transitions', LAST_CHANGE, 'previous=before')).toThrow(/no column before/);
  });

  it('that are there twice cannot be told apart', () => {
    expect(() => resolve('sessions', 'space,start,end,end')).toThrow(/several columns end/);
  });

  it.each([
    ['start', 'expected <name>=<column>'],
    ['start=', 'expected <name>=<column>'],
    ['=x', 'expected <name>=<column>'],
    ['value=status', 'value is none of the names: space, start, end'],
    ['start=a,start=b', 'start is given twice'],
  ])('%s is no mapping', (text, message) => {
    expect(() => parseColumns('sessions', text)).toThrow(message);
  });
});

describe('words of the values', () => {
  const words = (columns?: string) => resolve('transitions', 'space,at,value', columns).words;

  it('are the usual ones unless others are given, which then are the only ones', () => {
    expect(words().occupied).toContain('present');
    expect(words().vacant).toContain('unoccupied');
    expect(words('occupied=CLOSED|Shut,vacant=OPEN')).toEqual({
      occupied: ['closed', 'shut'],
      vacant: ['open'],
    });
  });

  it('that are given lose their usual meaning', () => {
    expect(words('occupied=0').vacant).not.toContain('0');
    expect(words('vacant=1').occupied).not.toContain('1');
    expect(() => words('occupied=x,vacant=X')).toThrow('x cannot mean both');
  });
});
