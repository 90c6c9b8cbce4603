import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { type FakeRecord, type Records } from './records.ts';

type Options = streamsPb.ReadReq.Options;

/** What a read of the fake server gives, with the real one's rules: inclusive forwards, exclusive backwards in `$all`. */
export function recordsFor(options: Options, records: Records): readonly FakeRecord[] | 'not-found' {
  const backwards = options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS;
  const count = Number(options.getCount());
  const stream = options.getStream();
  if (stream !== undefined) {
    const name = Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
    const all = records.of(name);
    if (all.length === 0) return 'not-found';
    const from = stream.hasRevision() ? Number(stream.getRevision()) : backwards ? Infinity : 0;
    const found = all.filter(({ revision }) => (backwards ? revision <= from : revision >= from));
    return inDirection(found, backwards).slice(0, count);
  }
  const position = options.getAll()?.getPosition();
  const from = position === undefined ? null : BigInt(position.getCommitPosition());
  const found = records.all.filter(
    (record) =>
      matches(options, record) &&
      (from === null || (backwards ? record.position < from : record.position >= from)),
  );
  return inDirection(found, backwards).slice(0, count);
}

/** The position behind which a subscription begins. */
export function startOf(options: Options): bigint {
  const position = options.getAll()?.getPosition();
  return position === undefined ? 0n : BigInt(position.getCommitPosition());
}

export function matches(options: Options, record: FakeRecord): boolean {
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [''];
  return prefixes.some((prefix) => record.stream.startsWith(prefix));
}

function inDirection(records: readonly FakeRecord[], backwards: boolean): readonly FakeRecord[] {
  return backwards ? [...records].reverse() : records;
}
