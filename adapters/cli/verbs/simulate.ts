import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { issueKey } from '../../../application/tenants/create-tenant.ts';
import { instantOf } from '../../../domain/time/instant.ts';
import { maybeOneTenant } from '../../../projections/tenants/queries.ts';
import { mintApiKey } from '../../api-keys/api-key.ts';
import { deviceTypeById } from '../../lorawan/device-types.ts';
import { PostgresSensorTables } from '../../sensor-tables/postgres-sensor-tables.ts';
import { cliContext, refused } from '../act.ts';
import { baseUrlOf } from '../base-url.ts';
import { Failure, WrongUse } from '../failure.ts';
import { findSpace, type FoundSpace } from '../find-space.ts';
import { counterOf } from '../frame-counter.ts';
import { keepSecretFile, readSecretFile } from '../kept-keys.ts';
import { chirpstackUplink, type SimulatedDevice } from '../simulated-uplink.ts';
import { type Resources } from '../system/connect.ts';
import { readModelsUpTo } from '../system/read-models.ts';
import { type Verb } from '../verb.ts';
import { withResources } from '../with-resources.ts';

export const simulateUplink: Verb = (invocation) => {
  const { answers, output } = invocation;
  const text = answers.operand(0, 'space');
  const occupied = answers.flag('occupied');
  if (occupied === answers.flag('vacant')) throw new WrongUse('say either --occupied or --vacant');
  const late = answers.duration('late') ?? 0;
  return withResources(async (_, resources) => {
    const space = await findSpace(resources, text, answers.text('tenant'));
    const device = await sensorOf(resources, space);
    const key = { tenantId: space.tenantId, devEui: device.devEui };
    const [row] = await new PostgresSensorTables(resources.pool).devices([key]);
    const { devAddr, fCnt } = counterOf(device.devEui, row);
    const body = chirpstackUplink({
      device,
      devAddr,
      fCnt: fCnt + (answers.flag('lost') ? 2 : 1),
      reading: { kind: 'status', occupied, batteryMv: 3500, temperatureDeciC: 180 },
      at: instantOf(Date.now() - late),
    });
    const url = answers.text('url') ?? (await baseUrlOf(resources.settings));
    const secret = answers.text('key') ?? (await ingestKey(resources, space.tenantId));
    let answer = await send(url, secret, body);
    if (answers.flag('duplicate')) answer = await send(url, secret, body);
    await output.result(
      {
        ...answer,
        space_id: space.spaceId,
        dev_eui: device.devEui,
        f_cnt: Reflect.get(body, 'fCnt') as unknown,
      },
      `${device.devEui} on ${space.code} says ${occupied ? 'occupied' : 'vacant'}: frame ${answer.frame_id}${answer.duplicate ? ' (a repeat)' : ''}`,
    );
    return 0;
  })(invocation);
};

async function sensorOf(resources: Resources, space: FoundSpace): Promise<SimulatedDevice> {
  const { code, sensorEui, tenantId } = space;
  const tenant = await maybeOneTenant(resources.read, tenantId);
  if (tenant?.mode !== 'test')
    throw new Failure('tenant-is-live', 'simulated frames are only for tenants in mode test');
  if (sensorEui === null) throw new Failure('no-sensor', `${code} has no sensor`);
  const { state } = await resources.handlers.device.load(tenantId, sensorEui);
  const type = state.status === 'unregistered' ? null : deviceTypeById(state.deviceType);
  if (type === null)
    throw new Failure('unknown-device-type', `the type of the sensor ${sensorEui} is not known`);
  return { devEui: sensorEui, name: code, type };
}

const keptKey = z.object({ api_key: z.string() });

/** One key per tenant, made at the first frame and kept: keys cannot be read back. */
async function ingestKey(resources: Resources, tenantId: string): Promise<string> {
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

async function send(url: string, key: string, body: object): Promise<z.output<typeof accepted>> {
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
