/**
 * Bodies of the ChirpStack v4 HTTP and MQTT integrations (JSON). Pure and total: any JSON value is either a message or
 * a rejection. The server never sends a refused event again, so only what cannot be a frame is refused.
 */
import { type z } from 'zod';
import { parseInstant } from '../../domain/time/instant.ts';
import { joinSchema, otherSchema, type Reception, upSchema } from './chirpstack-schema.ts';
import {
  type NetworkMessage,
  type NetworkMessageError,
  type NetworkReading,
} from '../../application/ports/network-message.ts';

/** `kind` is the `event` of the query (HTTP) or the last part of the topic (MQTT): the body does not say it. */
export function readChirpstack(kind: string, body: unknown): NetworkReading {
  if (kind === 'up') return readUp(body);
  if (kind === 'join') return readJoin(body);
  return readOther(kind, body);
}

function readUp(body: unknown): NetworkReading {
  const { data: up, error } = upSchema.safeParse(body);
  if (up === undefined) return rejected(error, body);
  return accepted({
    ...common('up', up),
    devAddr: up.devAddr,
    session: up.devAddr,
    fCnt: up.fCnt,
    fPort: up.fPort,
    payload: up.data,
    encrypted: up.joinServerContext !== null,
    times: { network: up.time, gateway: bestGatewayTime(up.rxInfo), ns: earliestServerTime(up.rxInfo) },
  });
}

/** The address of a join is the new one: it names the session that begins. */
function readJoin(body: unknown): NetworkReading {
  const { data: join, error } = joinSchema.safeParse(body);
  if (join === undefined) return rejected(error, body);
  return accepted({ ...common('join', join), devAddr: join.devAddr, session: join.devAddr });
}

function readOther(kind: string, body: unknown): NetworkReading {
  const { data: other, error } = otherSchema.safeParse(body);
  return other === undefined ? rejected(error, body) : accepted(common(kind, other));
}

function common(kind: string, body: z.infer<typeof otherSchema>): NetworkMessage {
  const { devEui, deviceProfileName, deviceName, tags } = body.deviceInfo;
  return {
    kind,
    devEui,
    devAddr: null,
    session: null,
    fCnt: null,
    fPort: null,
    payload: '',
    encrypted: false,
    deduplicationId: body.deduplicationId,
    times: { network: body.time, gateway: null, ns: null },
    deviceProfileName,
    deviceName,
    tags,
  };
}

/** One entry per gateway, in no order: the gateway that heard best is the one most likely to be near and well kept. */
function bestGatewayTime(receptions: readonly Reception[]): string | null {
  const withTime = receptions.filter((reception) => reception.gwTime !== null);
  const [best] = withTime.sort((a, b) => b.snr - a.snr || b.rssi - a.rssi);
  return best?.gwTime ?? null;
}

function earliestServerTime(receptions: readonly Reception[]): string | null {
  const times = receptions.map((reception) => reception.nsTime).filter((time) => time !== null);
  return times.reduce<string | null>(
    (earliest, time) =>
      earliest === null || nanosecondKey(time) < nanosecondKey(earliest) ? time : earliest,
    null,
  );
}

/** Sorts as text at full precision, whatever the offset; decimal fractions sort as text whatever their length. */
function nanosecondKey(time: string): string {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return `${parseInstant(time)?.slice(0, 19) ?? ''}.${fraction}`;
}

function accepted(message: NetworkMessage): NetworkReading {
  return { ok: true, message };
}

function rejected(error: z.ZodError, body: unknown): NetworkReading {
  const errors = error.issues.map((issue) => errorOf(issue, body));
  return { ok: false, rejection: { code: 'validation-failed', errors } };
}

function errorOf(issue: z.core.$ZodIssue, body: unknown): NetworkMessageError {
  const pointer = issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return { pointer: pointer.join(''), code: codeOf(issue, body), message: issue.message };
}

function codeOf(issue: z.core.$ZodIssue, body: unknown): string {
  if (issue.code === 'invalid_type') return isMissing(body, issue.path) ? 'required' : 'invalid-type';
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'out-of-range';
  return 'invalid-format';
}

function isMissing(body: unknown, path: readonly PropertyKey[]): boolean {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    body,
  );
  return found === undefined || found === null;
}
