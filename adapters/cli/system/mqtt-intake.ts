import { type HealthCheck } from '../../http/dependencies.ts';
import { mayDo } from '../../http/access.ts';
import { findSender } from '../../http/kept-keys.ts';
import { hashApiKey, looksLikeApiKey } from '../../api-keys/api-key.ts';
import { readChirpstack } from '../../lorawan/chirpstack.ts';
import { MqttIntake, type MqttSigns, type Sender } from '../../mqtt/mqtt-intake.ts';
import { maybeOneKeyHolder } from '../../../projections/api-keys/queries.ts';
import { manyTenants } from '../../../projections/tenants/queries.ts';
import { type Metrics, occasionally } from '../../telemetry/index.ts';
import { now } from '../act.ts';
import { type Resources } from './connect.ts';
import { type SpooledIntake } from './spooled-intake.ts';

const SAY_EVERY_MS = 60_000;

export interface BrokerIntake {
  run(signal: AbortSignal): Promise<void>;
  readonly check: HealthCheck;
}

/** Takes in what ChirpStack publishes at its broker; null where no broker is named. */
export function openMqttIntake(
  resources: Resources,
  metrics: Metrics,
  { keptKeys, receiver }: Pick<SpooledIntake, 'keptKeys' | 'receiver'>,
): BrokerIntake | null {
  const { log, settings } = resources;
  const { mqttUrl } = settings;
  if (mqttUrl === undefined) return null;
  const intake = new MqttIntake({
    broker: { url: mqttUrl.reveal(), clientId: settings.mqttClientId, topic: settings.mqttTopic },
    intake: receiver,
    readChirpstack,
    sender: senderOf(resources, keptKeys),
    now,
    on: signs(log, metrics),
  });
  metrics.gauge('parking_mqtt_connected', '1 while the broker delivers to this process', [], (gauge) =>
    gauge.set(intake.isConnected ? 1 : 0),
  );
  return {
    run: (signal) => intake.run(signal),
    check: {
      name: 'mqtt',
      // The broker keeps what is published meanwhile; and frames that come by HTTP have nothing to do with it.
      required: false,
      run: () =>
        Promise.resolve({
          status: intake.isConnected ? 'healthy' : 'degraded',
          connected: intake.isConnected,
        }),
    },
  };
}

/** Of the key that is set; without one, of the only tenant that there is. */
function senderOf(
  { read, settings }: Pick<Resources, 'read' | 'settings'>,
  keptKeys: SpooledIntake['keptKeys'],
): () => Promise<Sender | null> {
  const key = settings.mqttApiKey?.reveal();
  if (key === undefined) return () => onlyTenant(read);
  if (!looksLikeApiKey(key)) return () => Promise.resolve(null);
  const hash = hashApiKey(key);
  const find = findSender((wanted) => maybeOneKeyHolder(read, wanted, now()), keptKeys, Date.now);
  return async () => {
    const found = await find(hash);
    const isExpired = found !== null && found.expiresAt !== null && found.expiresAt <= now();
    if (found === null || isExpired || !mayDo(found.role, 'ingest')) return null;
    return { tenantId: found.tenantId, actor: { type: 'api_key', id: found.keyId } };
  };
}

async function onlyTenant(read: Resources['read']): Promise<Sender | null> {
  const { items } = await manyTenants(read, { limit: 2 });
  const [tenant, another] = items;
  if (tenant === undefined || another !== undefined) return null;
  return { tenantId: tenant.tenantId, actor: { type: 'system', id: 'mqtt' } };
}

function signs(log: Resources['log'], metrics: Metrics): MqttSigns {
  return {
    connected: (isResumed) =>
      log.info(
        { resumed: isResumed },
        isResumed
          ? 'connected to the MQTT broker: what was published meanwhile follows'
          : 'connected to the MQTT broker: a new session, what was published before is not in it',
      ),
    disconnected: (error, retryInMs) =>
      log.warn({ err: error, retry_in_ms: retryInMs }, 'not connected to the MQTT broker'),
    kept: (outcome) => metrics.mqttMessages.inc({ outcome }),
    unreadable: occasionally(SAY_EVERY_MS, (times, topic: string, problem: string) =>
      log.warn({ topic, problem, times }, 'a message of the MQTT broker cannot be read: kept as it is'),
    ),
    delayed: occasionally(SAY_EVERY_MS, (times, error: unknown) =>
      log.error({ err: error, times }, 'neither store nor spool takes frames: they wait at the MQTT broker'),
    ),
    refused: (topic, error) => {
      metrics.mqttMessages.inc({ outcome: 'refused' });
      log.error({ err: error, topic }, 'a message of the MQTT broker could not be stored and is lost');
    },
    unconfirmed: occasionally(SAY_EVERY_MS, (times) =>
      log.warn(
        { times },
        'ChirpStack publishes with QoS 0: set qos=1 in [integration.mqtt], or what it sends while the broker is away is lost',
      ),
    ),
  };
}
