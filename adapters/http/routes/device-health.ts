import { z } from 'zod';
import {
  type DeviceHealthView,
  LATEST_MESSAGES,
  maybeOneDeviceHealth,
} from '../../../projections/device-health/queries.ts';
import { keptFrames, placeKey } from '../../../application/frames/kept-frames.ts';
import { type Signal } from '../../../application/ports/frame-decoder.ts';
import { type Frame } from '../../../application/sensor-process/frame-input.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { devEuiParams, freshnessQuery, instantOutput } from '../schemas/wire.ts';

const since = instantOutput.nullable();
const healthOutput = z
  .object({
    dev_eui: z.string(),
    status: z
      .enum(['healthy', 'attention', 'silent', 'never-heard', 'decommissioned'])
      .describe('`silent`: past its deadline. `attention`: it speaks, and something is wrong with it'),
    last_heard_at: since,
    stale_due_at: since.describe('Silent from then on, unless it is heard before'),
    stale_since: since,
    battery: z.object({
      voltage_mv: z.number().nullable(),
      percent: z.number().nullable().describe('Of devices that say so themselves'),
      low_since: since,
    }),
    temperature: z.object({ celsius: z.number().nullable(), alert_since: since }),
    tamper_since: since,
    flapping_since: since,
    last_restart: z
      .object({ at: instantOutput, cause: z.string().nullable(), firmware: z.string().nullable() })
      .nullable(),
    restarts: z.number().describe('Since it was registered, or came back into service'),
    counter_reset_suspected_at: since,
    signal: z
      .object({ rssi_dbm: z.number(), snr_db: z.number(), gateways: z.number() })
      .nullable()
      .describe(
        'Of its latest message, by the gateway that heard it best; null once the message has expired, or where it does not say',
      ),
    decoder_errors: z
      .object({ count: z.number(), last_at: since, last_code: z.string().nullable() })
      .describe(`Among its latest ${LATEST_MESSAGES} messages; why, is in its frames`),
  })
  .meta({ id: 'DeviceHealth' });

export function deviceHealthRoutes(api: Api, { decoder, read, store }: HttpDependencies): void {
  api.get(
    '/devices/:dev_eui/health',
    {
      config: { permission: 'read', reads: ['devices', 'device_health'] },
      schema: {
        operationId: 'readDeviceHealth',
        tags: ['devices'],
        summary: 'How a device is',
        params: devEuiParams,
        querystring: freshnessQuery,
        response: { 200: healthOutput },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const health = await maybeOneDeviceHealth(read.database, tenantId, request.params.dev_eui);
      if (health === null) throw notFound();
      const frame = await latestFrame(store, health);
      return shownHealth(health, frame === null ? null : decoder.signal(frame.network, frame.envelope));
    },
  );
}

/** Null: never heard, or expired. */
async function latestFrame(
  store: HttpDependencies['store'],
  { last_stream: stream, last_revision: revision }: DeviceHealthView,
): Promise<Frame | null> {
  if (stream === null || revision === null) return null;
  const place = { stream, revision };
  return (await keptFrames(store, [place])).get(placeKey(place)) ?? null;
}

function shownHealth(health: DeviceHealthView, signal: Signal | null): z.infer<typeof healthOutput> {
  const { temperature_deci_c: deciC, last_restart_at: restartedAt } = health;
  return {
    dev_eui: health.dev_eui,
    status: statusOf(health),
    last_heard_at: health.last_heard_at,
    stale_due_at: health.stale_due_at,
    stale_since: health.stale_since,
    battery: {
      voltage_mv: health.battery_mv,
      percent: health.battery_percent,
      low_since: health.battery_low_since,
    },
    temperature: { celsius: deciC === null ? null : deciC / 10, alert_since: health.temperature_alert_since },
    tamper_since: health.tamper_since,
    flapping_since: health.flapping_since,
    last_restart:
      restartedAt === null
        ? null
        : { at: restartedAt, cause: health.reset_cause, firmware: health.told_firmware },
    restarts: health.restarts,
    counter_reset_suspected_at: health.counter_reset_suspected_at,
    signal:
      signal === null ? null : { rssi_dbm: signal.rssiDbm, snr_db: signal.snrDb, gateways: signal.gateways },
    decoder_errors: {
      count: health.undecodable,
      last_at: health.undecodable_at,
      last_code: health.undecodable_code,
    },
  };
}

function statusOf(health: DeviceHealthView): z.infer<typeof healthOutput>['status'] {
  if (health.lifecycle === 'decommissioned') return 'decommissioned';
  if (health.stale_since !== null) return 'silent';
  const { battery_low_since, flapping_since, tamper_since, temperature_alert_since } = health;
  const troubles = [battery_low_since, flapping_since, tamper_since, temperature_alert_since];
  if (troubles.some((trouble) => trouble !== null)) return 'attention';
  return health.last_heard_at === null ? 'never-heard' : 'healthy';
}
