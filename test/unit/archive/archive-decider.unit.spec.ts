import { describe, it } from 'vitest';
import { archiveDecider, type RecordFramesArchived } from '../../../domain/archive/decider.ts';
import { type ArchiveEvent } from '../../../domain/archive/events.ts';
import { at, given } from '../catalogue/given.ts';

const hash = (digit: string): string => digit.repeat(64);
const record = (manifestSha256: string, after: string | null): RecordFramesArchived => ({
  type: 'RecordFramesArchived',
  from: at(0),
  to: at(24),
  manifestSha256,
  after,
  now: at(30),
});
const archived = (manifest_sha256: string): ArchiveEvent => ({
  type: 'FramesArchived',
  data: { from: at(0), to: at(24), manifest_sha256 },
});
const month = (...history: readonly ArchiveEvent[]) => given(archiveDecider, ...history);

describe('a month of the archive', () => {
  it('takes a part that comes after all it knows', () => {
    month()
      .when(record(hash('a'), null))
      .gives(archived(hash('a')));
    month(archived(hash('a')), archived(hash('b')))
      .when(record(hash('c'), hash('b')))
      .gives(archived(hash('c')));
  });

  it('refuses who does not know of the latest part: another archiver was quicker', () => {
    month(archived(hash('a')))
      .when(record(hash('b'), null))
      .refuses('invalid-transition');
    month(archived(hash('a')), archived(hash('b')))
      .when(record(hash('c'), hash('a')))
      .refuses('invalid-transition');
    month()
      .when(record(hash('b'), hash('a')))
      .refuses('invalid-transition');
  });

  it('takes the same part twice for once, whatever came after it', () => {
    month(archived(hash('a')), archived(hash('b')))
      .when(record(hash('a'), null))
      .gives();
  });
});
