import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceThrough } from '../../../application/sensor-process/evidence-through.ts';
import { type Position } from '../../../application/ports/event-store/position.ts';
import { earliestEvidence, type Evidence, evidenceOf } from '../../../domain/frames/evidence.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';

const T0 = '2026-03-01T08:00:00.000Z' as Instant;
const at = (seconds: number): Instant => addSeconds(T0, seconds);
const position = (commit: number): Position => ({ storeId: 's', commit: BigInt(commit), prepare: 0n });
const words = (through: Instant, byTenant: Record<string, Instant> = {}): Evidence => ({
  through,
  byTenant: new Map(Object.entries(byTenant)),
});

describe('evidence_through', () => {
  it('is unknown until a head has been read and passed', () => {
    const evidence = new EvidenceThrough();
    expect([evidence.of('a'), evidence.all()]).toEqual([null, null]);
    evidence.headRead(position(5), at(10));
    evidence.handedOver(position(4));
    expect(evidence.of('a')).toBeNull();
    evidence.handedOver(position(5));
    expect(evidence.of('a')).toBe(at(10));
  });

  it('moves on under constant load: a head that was read is passed although the log has grown', () => {
    const evidence = new EvidenceThrough();
    evidence.headRead(position(5), at(10));
    evidence.headRead(position(9), at(11));
    evidence.handedOver(position(7));
    expect(evidence.of('a')).toBe(at(10));
  });

  it('is held back by the oldest frame under way, of that tenant only', () => {
    const evidence = new EvidenceThrough();
    const [older, newer] = [evidence.begin('a', at(3)), evidence.begin('a', at(2))];
    evidence.headRead(position(1), at(10));
    evidence.handedOver(position(1));
    expect([evidence.of('a'), evidence.of('b')]).toEqual([at(2), at(10)]);
    expect(evidence.all()).toEqual(words(at(10), { a: at(2) }));
    newer();
    expect(evidence.of('a')).toBe(at(3));
    older();
    expect(evidence.of('a')).toBe(at(10));
  });

  it('is held back by what an intake holds, even when its frames come into the log right after it was asked', () => {
    const evidence = new EvidenceThrough();
    // The intake says: a frame of tenant a, received at 1, waits in the spool. Then it is drained, behind the head.
    evidence.headRead(position(5), at(10), [words(at(9)), words(at(8), { a: at(1) })]);
    evidence.handedOver(position(5));
    expect([evidence.of('a'), evidence.of('b')]).toEqual([at(1), at(8)]);
    evidence.headRead(position(6), at(11), [words(at(11)), words(at(11))]);
    expect(evidence.of('a')).toBe(at(1));
    evidence.begin('a', at(1))();
    evidence.handedOver(position(6));
    expect(evidence.of('a')).toBe(at(11));
  });

  it('keeps few heads when it is far behind, and ends at the newest', () => {
    const evidence = new EvidenceThrough();
    for (let head = 1; head <= 5_000; head += 1) evidence.headRead(position(head), at(head));
    evidence.handedOver(position(3_000));
    expect(evidence.of('a')).toBe(at(99));
    evidence.handedOver(position(5_000));
    expect(evidence.of('a')).toBe(at(5_000));
  });

  it('never passes a frame that has not been handled, whatever the order of things', () => {
    // Frames are received, wait, are stored, read, handled; meanwhile heads are read as the sensor process does it.
    const step = fc.oneof(
      fc.constant('receive' as const),
      fc.constant('store' as const),
      fc.constant('report' as const),
      fc.constant('mark' as const),
      fc.constant('read' as const),
      fc.constant('handle' as const),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.nat(20)), { maxLength: 80 }), (steps) => {
        const evidence = new EvidenceThrough();
        const waiting: number[] = [];
        const log: number[] = [];
        const underWay: { second: number; done: () => void }[] = [];
        let word = words(at(0));
        let read = 0;
        let second = 0;
        for (const [what, choice] of steps) {
          second += 1;
          if (what === 'receive') waiting.push(second);
          // In any order: another intake, or a spool that is drained.
          if (what === 'store' && waiting.length > 0) log.push(...waiting.splice(choice % waiting.length, 1));
          if (what === 'report')
            word = words(at(second), waiting[0] === undefined ? {} : { a: at(waiting[0]) });
          if (what === 'mark') evidence.headRead(position(log.length), at(second), [word]);
          if (what === 'read' && read < log.length) {
            const received = log[read] ?? 0;
            underWay.push({ second: received, done: evidence.begin('a', at(received)) });
            read += 1;
            evidence.handedOver(position(read));
          }
          if (what === 'handle' && underWay.length > 0)
            underWay.splice(choice % underWay.length, 1)[0]?.done();
          evidence.handedOver(position(read));
          const through = evidence.of('a');
          const open = [...waiting, ...log.slice(read), ...underWay.map((one) => one.second)];
          if (through !== null) for (const one of open) expect(at(one) >= through).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('evidence of several', () => {
  it('is for each tenant the earliest of what all say', () => {
    const all = earliestEvidence(
      words(at(9), { a: at(3) }),
      words(at(7), { b: at(8) }),
      words(at(8), { a: at(5) }),
    );
    expect(['a', 'b', 'c'].map((tenant) => evidenceOf(all, tenant))).toEqual([at(3), at(8), at(7)]);
  });
});
