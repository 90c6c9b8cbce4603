import { describe, expect, it } from 'vitest';
import { RecentFrames } from '../../../application/intake/recent-frames.ts';

describe('recent frames', () => {
  it('remember at least half of their capacity, and never more than all of it', () => {
    const recent = new RecentFrames(10);
    for (let i = 0; i < 100; i += 1) {
      recent.add(`f${i}`);
      const known = Array.from({ length: 100 }, (_, j) => recent.has(`f${j}`)).filter(Boolean).length;
      expect(known).toBeLessThanOrEqual(10);
      for (let j = Math.max(0, i - 4); j <= i; j += 1) expect(recent.has(`f${j}`)).toBe(true);
    }
  });
});
