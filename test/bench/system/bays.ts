import { randomUUID } from 'node:crypto';
import { type HttpClient } from './http-client.ts';

/** A bay and its sensor, as the far end of the system sees them. */
export interface Bay {
  readonly spaceId: string;
  readonly devEui: string;
  occupied: boolean;
  fCnt: number;
  /** A change is on its way: the bay sends heartbeats only until it was seen. */
  watched: boolean;
}

/** A site with so many bays, each with a sensor of its own, made over HTTP. */
export async function registerBays(client: HttpClient, count: number): Promise<Bay[]> {
  const made = await expectOk(client.post('/api/v1/sites', { name: 'Bench', time_zone: 'Europe/Paris' }));
  const site = JSON.parse(made) as { id: string };
  const bays: Bay[] = [];
  const register = async (n: number) => {
    const devEui = (0xb0b0000000000000n + BigInt(n)).toString(16);
    await expectOk(
      client.post('/api/v1/devices', { dev_eui: devEui, device_type: 'bosch-tps110-0.29', kind: 'sensor' }),
    );
    const space = await expectOk(
      client.post('/api/v1/spaces', { site_id: site.id, code: `B-${n}`, name: `Bay ${n}` }),
    );
    const { id } = JSON.parse(space) as { id: string };
    await expectOk(client.put(`/api/v1/spaces/${id}/sensor`, { dev_eui: devEui }));
    bays.push({ spaceId: id, devEui, occupied: false, fCnt: 0, watched: false });
  };
  const numbers = Array.from({ length: count }, (_, n) => n)[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (const n of numbers) await register(n);
    }),
  );
  return bays;
}

export async function expectOk(answer: Promise<{ status: number; body: string }>): Promise<string> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status}: ${body}`);
  return body;
}

/** The next message of the bay's sensor, as ChirpStack posts it. */
export function frame(bay: Bay, kind: 'status' | 'heartbeat'): unknown {
  bay.fCnt += 1;
  return {
    deduplicationId: randomUUID(),
    time: new Date().toISOString(),
    deviceInfo: { devEui: bay.devEui, deviceName: bay.devEui },
    devAddr: '01020304',
    fCnt: bay.fCnt,
    fPort: kind === 'status' ? 1 : 2,
    data: Buffer.from([bay.occupied ? 1 : 0]).toString('base64'),
    rxInfo: [{ gatewayId: '0016c001ff10a235', rssi: -80, snr: 7.5 }],
    txInfo: { frequency: 868100000 },
  };
}

/** Message number `n` of a round over all bays: one in five changes the occupancy of its bay, a different fifth each round. */
export function nextMessage(bays: readonly Bay[], n: number): { readonly bay: Bay; readonly body: unknown } {
  const bay = bays[n % bays.length];
  if (bay === undefined) throw new Error('there are no bays');
  const isChange = (n + Math.floor(n / bays.length)) % 5 === 0;
  if (isChange) bay.occupied = !bay.occupied;
  return { bay, body: frame(bay, isChange ? 'status' : 'heartbeat') };
}

/** Until the API shows of each bay what its sensor said last. */
export async function untilShown(client: HttpClient, bays: readonly Bay[]): Promise<void> {
  for (const bay of bays) {
    const wanted = bay.occupied ? 'OCCUPIED' : 'VACANT';
    for (;;) {
      const space = await expectOk(client.get(`/api/v1/spaces/${bay.spaceId}`));
      const { occupancy } = JSON.parse(space) as { occupancy: { value: string } };
      if (occupancy.value === wanted) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** A tenant for the benchmark, with its owner's key. */
export async function newTenantKey(program: {
  verb<T>(...args: readonly string[]): Promise<T>;
}): Promise<{ readonly key: string; readonly tenantId: string }> {
  const made = await program.verb<{ api_key: string; tenant_id: string }>(
    'tenant',
    'create',
    '--name',
    'Bench',
  );
  return { key: made.api_key, tenantId: made.tenant_id };
}
