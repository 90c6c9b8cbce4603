/** How well the gateways heard a message, out of the message as the network server sent it. */
import { z } from 'zod';
import { type Signal } from '../../application/ports/frame-decoder.ts';
import { best } from './reception-times.ts';
import { level, unset } from './wire-values.ts';

const receptions = unset(z.array(z.object({ rssi: level, snr: level }))).transform((value) => value ?? []);
const chirpstack = z.object({ rxInfo: receptions }).transform(({ rxInfo }) => rxInfo);
const thingsStack = z
  .object({ uplink_message: z.object({ rx_metadata: receptions }) })
  .transform(({ uplink_message: up }) => up.rx_metadata);

/** Null: the message does not say. */
export function readSignal(network: string, envelope: string): Signal | null {
  const { data } = (network === 'tts' ? thingsStack : chirpstack).safeParse(parsed(envelope));
  const heard = data === undefined ? undefined : best(data);
  if (data === undefined || heard === undefined) return null;
  return { rssiDbm: heard.rssi, snrDb: heard.snr, gateways: data.length };
}

function parsed(envelope: string): unknown {
  try {
    return JSON.parse(envelope);
  } catch {
    return null;
  }
}
