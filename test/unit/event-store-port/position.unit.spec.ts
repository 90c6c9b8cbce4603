import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comparePositions,
  ForeignPositionError,
  positionToken,
  readPositionToken,
  type Position,
} from '../../../application/ports/event-store/position.ts';

const STORE = '0190a1b2-c3d4-7e5f-8a6b-112233445566';
const OTHER = '1190a1b2-c3d4-7e5f-8a6b-112233445566';
const number = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const position = fc
  .tuple(number, number)
  .map(([commit, prepare]): Position => ({ storeId: STORE, commit, prepare }));

describe('positions', () => {
  it('are in a total order, commit first (property)', () => {
    fc.assert(
      fc.property(position, position, position, (a, b, c) => {
        expect(Math.sign(comparePositions(a, b))).toBe(-Math.sign(comparePositions(b, a)) + 0);
        expect(comparePositions(a, { ...a })).toBe(0);
        const [x, y, z] = [a, b, c].sort(comparePositions);
        if (x && y && z) expect(comparePositions(x, z)).toBeLessThanOrEqual(0);
        if (a.commit < b.commit) expect(comparePositions(a, b)).toBeLessThan(0);
      }),
    );
  });

  it('are told apart beyond what a JavaScript number holds', () => {
    const a: Position = { storeId: STORE, commit: 2n ** 60n, prepare: 2n ** 60n };
    expect(comparePositions(a, { ...a, commit: a.commit + 1n })).toBeLessThan(0);
    expect(comparePositions({ ...a, prepare: a.prepare + 1n }, a)).toBeGreaterThan(0);
  });

  it('cannot be compared across stores', () => {
    const a: Position = { storeId: STORE, commit: 1n, prepare: 1n };
    expect(() => comparePositions(a, { ...a, storeId: OTHER })).toThrow(ForeignPositionError);
  });

  it('survive as tokens, beyond what a JavaScript number holds (property)', () => {
    fc.assert(
      fc.property(position, (each) => {
        const token = positionToken(each);
        expect(token).toMatch(/^k3\.0190a1b2\.[0-9a-z]+\.[0-9a-z]+$/);
        expect(readPositionToken(token, STORE)).toEqual({ ok: true, position: each });
      }),
    );
  });

  it('tell a token of another store from nonsense', () => {
    const token = positionToken({ storeId: OTHER, commit: 5n, prepare: 5n });
    expect(readPositionToken(token, STORE)).toEqual({ ok: false, reason: 'other-store' });
  });

  it.each([
    '',
    'k3',
    'k3.0190a1b2.1',
    'k2.0190a1b2.1.1',
    'k3.0190a1b2.-1.1',
    'k3.0190a1b2.A.1',
    'k3.0190a1b2.1.1\n',
    'k3.0190a1b.1.1',
    `k3.0190a1b2.${'z'.repeat(14)}.1`,
  ])('refuse %j', (token) => {
    expect(readPositionToken(token, STORE)).toEqual({ ok: false, reason: 'malformed' });
  });

  it('never throw on any text (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readPositionToken(text, STORE).ok).toBe(false);
      }),
    );
  });
});
