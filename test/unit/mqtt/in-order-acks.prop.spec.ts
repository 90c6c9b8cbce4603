import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InOrderAcks } from '../../../adapters/mqtt/in-order-acks.ts';

describe('acknowledgements', () => {
  it('go out in the order of arrival, each once, and none before its message is safe', () => {
    const orders = fc
      .integer({ min: 1, max: 30 })
      .chain((count) => fc.shuffledSubarray([...Array(count).keys()]).map((safe) => ({ count, safe })));
    fc.assert(
      fc.property(orders, ({ count, safe }) => {
        const acks = new InOrderAcks();
        const sent: number[] = [];
        const tell = [...Array(count).keys()].map((i) => acks.expect(() => sent.push(i)));
        const isSafe = new Set<number>();
        for (const one of safe) {
          isSafe.add(one);
          tell[one]?.();
          const firstUnsafe = [...Array(count).keys()].find((i) => !isSafe.has(i)) ?? count;
          expect(sent).toEqual([...Array(firstUnsafe).keys()]);
        }
      }),
    );
  });
});
