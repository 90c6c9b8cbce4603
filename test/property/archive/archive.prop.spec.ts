import fc from 'fast-check';
import { expect, it } from 'vitest';
import { archiveDecider, type RecordFramesArchived } from '../../../domain/archive/decider.ts';
import { archiveEventSchemas } from '../../../domain/archive/events.ts';
import { at } from '../../unit/catalogue/given.ts';
import { describeLaws, run } from '../catalogue/decider-laws.ts';

const hash = fc.constantFrom('a', 'b', 'c', 'd').map((digit) => digit.repeat(64));

const command: fc.Arbitrary<RecordFramesArchived> = fc.record({
  type: fc.constant('RecordFramesArchived' as const),
  from: fc.constantFrom(at(0), at(24)),
  to: fc.constantFrom(at(24), at(48)),
  manifestSha256: hash,
  after: fc.option(hash),
  now: fc.integer({ min: 24, max: 72 }).map(at),
});

const first: RecordFramesArchived = {
  type: 'RecordFramesArchived',
  from: at(0),
  to: at(24),
  manifestSha256: 'a'.repeat(64),
  after: null,
  now: at(30),
};
const sequence = describeLaws('archives', archiveDecider, archiveEventSchemas, {
  command,
  registration: first,
});

it('a month holds each manifest once, in the order of a chain', () => {
  fc.assert(
    fc.property(sequence, (commands) => {
      const { events, state } = run(archiveDecider, commands);
      const hashes = events.map(({ data }) => data.manifest_sha256);
      expect(new Set(hashes).size).toBe(hashes.length);
      expect(state.parts.map(({ manifestSha256 }) => manifestSha256)).toEqual(hashes);
    }),
  );
});
