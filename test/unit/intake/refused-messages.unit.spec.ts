import { describe, expect, it } from 'vitest';
import { type RefusedMessage, RefusedMessages } from '../../../application/intake/refused-messages.ts';
import { T0 } from '../sensor-process/car-park.ts';

const message = (n: number, detail: string | null = null): RefusedMessage => ({
  at: T0,
  tenantId: null,
  keyId: null,
  path: '/api/v1/uplink',
  status: 401,
  code: `c${n}`,
  detail,
  devEui: null,
  bytes: null,
});

describe('refused messages', () => {
  it('are written together, in their order, once', async () => {
    const written: string[][] = [];
    const refused = new RefusedMessages({
      write: (all) => Promise.resolve(void written.push(all.map(({ code }) => code))),
    });
    for (const n of [1, 2, 3]) refused.note(message(n));
    await refused.write();
    await refused.write();
    expect(written).toEqual([['c1', 'c2', 'c3']]);
  });

  it('of a flood the first are kept and the others counted', async () => {
    let dropped = 0;
    const written: RefusedMessage[] = [];
    const refused = new RefusedMessages({
      write: (all) => Promise.resolve(void written.push(...all)),
      capacity: 3,
      onDropped: (count) => (dropped += count),
    });
    for (let n = 0; n < 10; n += 1) refused.note(message(n, 'x'.repeat(10_000)));
    await refused.write();
    expect(written.map(({ code }) => code)).toEqual(['c0', 'c1', 'c2']);
    expect(dropped).toBe(7);
    expect(written[0]?.detail).toHaveLength(500);
  });

  it('wait while the database is away, never more than fit', async () => {
    let isAway = true;
    const written: string[] = [];
    const refused = new RefusedMessages({
      write: (all) => {
        if (isAway) return Promise.reject(new Error('away'));
        written.push(...all.map(({ code }) => code));
        return Promise.resolve();
      },
      capacity: 3,
    });
    refused.note(message(1));
    refused.note(message(2));
    await expect(refused.write()).rejects.toThrow('away');
    for (const n of [3, 4]) refused.note(message(n));
    expect(refused.waiting).toBe(3);
    isAway = false;
    await refused.write();
    expect(written).toEqual(['c1', 'c2', 'c3']);
  });
});
