import { describe, expect, it } from 'vitest';
import { FrameQuota } from '../../../application/intake/frame-quota.ts';
import { addSeconds } from '../../../domain/time/instant.ts';
import { NOON, OTHER, received, TENANT } from './messages.ts';

function quotaOf(framesPerMinute: number) {
  const seen = { taken: 0, over: 0, exceeded: [] as string[] };
  const inner = {
    receive: () => {
      seen.taken += 1;
      return Promise.resolve({ frameId: 'f', duplicate: false });
    },
  };
  const quota = new FrameQuota(inner, framesPerMinute, {
    over: () => (seen.over += 1),
    exceeded: (tenantId, perMinute) => seen.exceeded.push(`${tenantId} ${perMinute}`),
  });
  const send = (count: number, atS: number, tenantId = TENANT) =>
    Promise.all(
      Array.from({ length: count }, () =>
        quota.receive(tenantId, { ...received(), receivedAt: addSeconds(NOON, atS) }),
      ),
    );
  return { seen, send };
}

describe('the quota of frames', () => {
  it('refuses nothing: what is beyond it is taken in, counted, and told of once a minute', async () => {
    const { seen, send } = quotaOf(10);
    await send(10, 0);
    expect(seen).toEqual({ taken: 10, over: 0, exceeded: [] });
    await send(25, 59.999);
    expect(seen).toEqual({ taken: 35, over: 25, exceeded: [`${TENANT} 10`] });
    await send(10, 60);
    expect(seen).toMatchObject({ taken: 45, over: 25 });
    await send(1, 61);
    expect(seen).toEqual({ taken: 46, over: 26, exceeded: [`${TENANT} 10`, `${TENANT} 10`] });
  });

  it('is each tenant’s own', async () => {
    const { seen, send } = quotaOf(10);
    await send(10, 0);
    await send(10, 0, OTHER);
    expect(seen.over).toBe(0);
  });

  it('does not stay exceeded when the clock is set back', async () => {
    const { seen, send } = quotaOf(10);
    await send(11, 3600);
    await send(10, 0);
    expect(seen.over).toBe(1);
  });
});
