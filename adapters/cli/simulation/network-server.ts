import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { issueKey } from '../../../application/tenants/create-tenant.ts';
import { mintApiKey } from '../../api-keys/api-key.ts';
import { cliContext, refused } from '../act.ts';
import { Failure } from '../failure.ts';
import { keepSecretFile, readSecretFile } from '../kept-keys.ts';
import { type Resources } from '../system/connect.ts';
import { readModelsUpTo } from '../system/read-models.ts';

const keptKey = z.object({ api_key: z.string() });

/** One key per tenant, made at the first frame and kept: keys cannot be read back. */
export async function ingestKey(resources: Resources, tenantId: string): Promise<string> {
  const { handlers, settings } = resources;
  const name = `simulate-${tenantId}.json`;
  const kept = keptKey.safeParse(await readSecretFile(settings.dataDir, name));
  if (kept.success) return kept.data.api_key;
  const { hash, key } = mintApiKey('test');
  const issued = await issueKey(
    handlers,
    { hash, role: 'ingest', name: 'simulated frames' },
    cliContext(tenantId),
  );
  if (!issued.ok) throw refused(issued.rejection);
  await readModelsUpTo(resources, issued.position ?? 'now', ['tenants', 'api_keys']);
  await keepSecretFile(settings.dataDir, name, { key_id: issued.keyId, api_key: key });
  return key;
}

const problemDocument = z.object({ code: z.string(), errors: z.array(z.unknown()).optional() });

const accepted = z.object({ accepted: z.literal(true), frame_id: z.string(), duplicate: z.boolean() });
export type Accepted = z.output<typeof accepted>;

/** One delivery, as a ChirpStack server posts it. */
export async function deliver(url: string, key: string, body: object): Promise<Accepted> {
  const address = `${url.replace(/\/$/, '')}/api/v1/uplink?event=up`;
  const request = (): Promise<Response> =>
    fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
  let response: Response;
  try {
    response = await request().catch(() => sleep(300).then(request));
  } catch {
    throw new Failure('unreachable', `nothing answers at ${url}: is "bayledger serve" running there?`);
  }
  const answer: unknown = await response.json().catch(() => null);
  const read = accepted.safeParse(answer);
  if (read.success) return read.data;
  const problem = problemDocument.safeParse(answer).data;
  throw new Failure(
    problem?.code ?? 'refused',
    `the intake at ${url} answered ${response.status}`,
    problem?.errors === undefined ? {} : { errors: problem.errors },
  );
}
