/**
 * Bodies of the ChirpStack v4 HTTP and MQTT integrations (JSON). Pure and total: any JSON value is either a message or
 * a rejection. The server never sends a refused event again, so only what cannot be a frame is refused.
 */
import { type z } from 'zod';
import { type NetworkMessage, type NetworkReading } from '../../application/ports/network-message.ts';
import { joinSchema, otherSchema, type Reception, upSchema } from './chirpstack-schema.ts';
import { accepted, rejected } from './network-reading.ts';
import { bestGatewayTime, earliestTime } from './reception-times.ts';

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
    times: {
      network: up.time,
      gateway: bestGatewayTime(gateways(up.rxInfo)),
      ns: earliestTime(up.rxInfo.map(({ nsTime }) => nsTime)),
    },
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

function gateways(receptions: readonly Reception[]) {
  return receptions.map(({ gwTime, rssi, snr }) => ({ time: gwTime, rssi, snr }));
}
