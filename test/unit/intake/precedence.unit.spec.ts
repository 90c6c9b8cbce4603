import { describe, expect, it } from 'vitest';
import { Precedence } from '../../../application/intake/precedence.ts';

describe('the intake comes first', () => {
  it('nobody waits while few frames do', async () => {
    const precedence = new Precedence({ inFlight: () => 9, many: 10, patienceMs: 60_000 });
    await precedence.giveWay();
  });

  it('in a burst others wait until it is over, all of them together', async () => {
    let inFlight = 10;
    const precedence = new Precedence({ inFlight: () => inFlight, many: 10, patienceMs: 60_000 });
    let through = 0;
    const waiting = [1, 2, 3].map(() => precedence.giveWay().then(() => (through += 1)));
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(through).toBe(0);
    inFlight = 9;
    await Promise.all(waiting);
    expect(through).toBe(3);
  });

  it('a burst that lasts holds up nobody for ever', async () => {
    const precedence = new Precedence({ inFlight: () => 1_000, patienceMs: 30 });
    const began = performance.now();
    await precedence.giveWay();
    expect(performance.now() - began).toBeGreaterThan(25);
    await precedence.giveWay();
    expect(performance.now() - began).toBeGreaterThan(50);
  });
});
