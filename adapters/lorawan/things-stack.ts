/**
 * Bodies of the webhooks of The Things Stack v3 (JSON). Pure and total: any JSON value is either a message or a
 * rejection. Whether a refused message comes again is a setting of the server, so only what cannot be a frame is refused.
 */
import { type z } from 'zod';
import { type NetworkMessage, type NetworkReading } from '../../application/ports/network-message.ts';
import { accepted, rejected } from './network-reading.ts';
import { bestGatewayTime } from './reception-times.ts';
import { joinSchema, otherSchema, uplinkSchema } from './things-stack-schema.ts';

/** What we call a type that ChirpStack has too; all others keep the name that the server gives them. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['uplink_message', 'up'],
  ['join_accept', 'join'],
  ['location_solved', 'location'],
]);

const OTHER_TYPES = [
  'uplink_normalized',
  'downlink_ack',
  'downlink_nack',
  'downlink_sent',
  'downlink_failed',
  'downlink_queued',
  'downlink_queue_invalidated',
  'service_data',
] as const;

const TYPES = [...KINDS.keys(), ...OTHER_TYPES];

/** What surrounds a message, whatever its type. */
const AROUND = new Set(['end_device_ids', 'correlation_ids', 'received_at', 'simulated']);

const NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,49}$/;

/** The type of a message is the key that holds it; the address that it was sent to only helps where none is known. */
export function readThingsStack(path: string, body: unknown): NetworkReading {
  const reading = readAs(typeOf(body) ?? typeOfPath(path), body);
  if (!reading.ok || !isSimulated(body)) return reading;
  // Made up at the console: it has no session, and its counter is not the device's. Placed among the true frames it would
  // begin a session of its own, and make the device itself look late.
  const kind = `simulated_${reading.message.kind}`;
  return accepted({ ...reading.message, kind });
}

function readAs(type: string, body: unknown): NetworkReading {
  if (type === 'uplink_message') return readUplink(body);
  if (type === 'join_accept') return readJoin(body);
  const { data: other, error } = otherSchema.safeParse(body);
  return other === undefined ? rejected(error, body) : accepted(common(KINDS.get(type) ?? type, other));
}

function readUplink(body: unknown): NetworkReading {
  const { data, error } = uplinkSchema.safeParse(body);
  if (data === undefined) return rejected(error, body);
  const { end_device_ids: ids, uplink_message: up } = data;
  const session = up.session_key_id ?? ids.dev_addr;
  return accepted({
    ...common('up', data),
    devAddr: ids.dev_addr,
    session,
    fCnt: up.f_cnt,
    fPort: up.f_port,
    payload: up.frm_payload,
    encrypted: up.app_s_key !== null,
    deduplicationId: keyOf(ids, session, up.received_at, up.f_cnt),
    times: { network: data.received_at, gateway: bestGatewayTime(up.rx_metadata), ns: up.received_at },
    deviceProfileName: up.version_ids.model_id,
    tags: up.attributes,
  });
}

/** Each join has a session key of its own: that, not the address, names the session that begins. */
function readJoin(body: unknown): NetworkReading {
  const { data, error } = joinSchema.safeParse(body);
  if (data === undefined) return rejected(error, body);
  const { end_device_ids: ids, join_accept: join } = data;
  const session = join.session_key_id ?? ids.dev_addr;
  return accepted({
    ...common('join', data),
    devAddr: ids.dev_addr,
    session,
    deduplicationId: keyOf(ids, session, join.received_at),
    times: { network: data.received_at, gateway: null, ns: join.received_at },
    tags: join.attributes,
  });
}

type Ids = z.infer<typeof otherSchema>['end_device_ids'];

/**
 * The server numbers no messages, so what it sends a second time (an hour later, or by another webhook with other
 * fields) is known by its frame: device, session and counter. A counter that was reset by hand begins anew in the same
 * session, hence also when the network server received it. Null where that is not said: then the body itself is the key.
 */
function keyOf(ids: Ids, session: string | null, receivedAt: string | null, fCnt?: number): string | null {
  if (session === null || receivedAt === null) return null;
  const device = ids.device_id ?? ids.dev_eui ?? '';
  return [ids.application_ids.application_id ?? '', device, session, fCnt ?? '', receivedAt].join('/');
}

function common(kind: string, body: z.infer<typeof otherSchema>): NetworkMessage {
  return {
    kind,
    devEui: body.end_device_ids.dev_eui,
    devAddr: null,
    session: null,
    fCnt: null,
    fPort: null,
    payload: '',
    encrypted: false,
    deduplicationId: null,
    times: { network: body.received_at, gateway: null, ns: null },
    deviceProfileName: null,
    deviceName: body.end_device_ids.device_id,
    tags: {},
  };
}

/** A type that did not exist when this was written is the one object in the body that is not part of the surroundings. */
function typeOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null;
  const holds = (name: string): boolean => {
    const value: unknown = Reflect.get(body, name);
    return typeof value === 'object' && value !== null && Object.hasOwn(body, name);
  };
  const known = TYPES.find(holds);
  if (known !== undefined) return known;
  const others = Object.keys(body).filter((name) => !AROUND.has(name) && NAME.test(name) && holds(name));
  return others.sort()[0] ?? null;
}

/** As the last part of the address says it, in the words that people use there. */
function typeOfPath(path: string): string {
  const last = path.split('/').filter(Boolean).at(-1)?.replaceAll('-', '_') ?? '';
  if (['up', 'uplink', 'uplink_message'].includes(last)) return 'uplink_message';
  if (['join', 'join_accept'].includes(last)) return 'join_accept';
  return NAME.test(last) ? last : 'unknown';
}

function isSimulated(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Reflect.get(body, 'simulated') === true;
}
