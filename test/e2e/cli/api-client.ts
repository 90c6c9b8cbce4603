import { setTimeout as sleep } from 'node:timers/promises';
import { type DataFolder, type Program } from './program.ts';

/** Waits until `serve` is ready and gives the address of its API. */
export async function addressOf(program: Program): Promise<string> {
  const [, url] = await program.says(/is ready \(role \w+\), API at (http:\/\/[^/]+)\/api/);
  if (url === undefined) throw new Error('no address');
  return url;
}

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export class ApiClient {
  url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  async get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  async send(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        'x-api-key': this.#key,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** Sends, and expects success. */
  async make(path: string, body: object, method = 'POST'): Promise<Record<string, unknown>> {
    const { body: answer, status } = await this.send(method, path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async until(path: string, isThere: (body: Record<string, unknown>) => boolean, withinMs = 15_000) {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const { body } = await this.get(path).catch(() => ({ body: {} }));
      if (isThere(body)) return body;
      if (performance.now() > deadline) throw new Error(`${path} stayed ${JSON.stringify(body)}`);
      await sleep(50);
    }
  }
}

export async function newTenant(folder: DataFolder, mode = 'test'): Promise<{ id: string; key: string }> {
  const answer = await folder.ask('tenant', 'create', '--name', 'Test', '--mode', mode);
  return { id: String(answer['tenant_id']), key: String(answer['api_key']) };
}

export const DEV_EUI = '70b3d5e75e000001';

/** A space with a sensor. */
export async function newSpace(api: ApiClient, code = 'A-01', devEui = DEV_EUI): Promise<string> {
  const site = await api.make('/sites', { name: `Site of ${code}`, time_zone: 'Europe/Paris' });
  const space = await api.make('/spaces', { site_id: site['id'], code, name: `Bay ${code}` });
  await api.make('/devices', { dev_eui: devEui, device_type: 'nwave-nps405', kind: 'sensor' });
  await api.make(`/spaces/${String(space['id'])}/sensor`, { dev_eui: devEui }, 'PUT');
  return String(space['id']);
}

/** A ChirpStack v4 message of a Nwave sensor. */
export function uplink(fCnt: number, occupied: boolean, devEui = DEV_EUI): object {
  return {
    deduplicationId: `00000000-0000-4000-8000-${fCnt.toString().padStart(12, '0')}`,
    time: new Date().toISOString(),
    deviceInfo: { devEui, tags: {} },
    devAddr: '01020304',
    fCnt,
    fPort: 1,
    data: Buffer.of(occupied ? 1 : 0).toString('base64'),
    rxInfo: [],
  };
}
