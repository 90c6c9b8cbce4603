/** Radio and network-server messages as received, not decoded. [F] Storage format, see domain/space/events.ts. Transient. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';
import { countSchema, devEuiSchema, idSchema } from '../identity/ids.ts';

export const frameEventSchemas = {
  FrameReceived: z.strictObject({
    /** UUIDv5(tenant, kind, delivery key): the same message received twice has the same frame_id, but another event id. */
    frame_id: idSchema,
    /** Absent where the message names no device, or none that could be one. */
    dev_eui: devEuiSchema.optional(),
    network: z.enum(['chirpstack', 'tts']),
    kind: z.string().max(64),
    delivery_key: z.string().max(200),
    session: z.string().max(200).optional(),
    f_cnt: countSchema.optional(),
    f_port: countSchema.optional(),
    /** base64 as received; '' for none. */
    payload: z.string(),
    /** As the network wrote them; `received` is our clock. */
    times: z.strictObject({
      network: z.string().max(40).optional(),
      gateway: z.string().max(40).optional(),
      ns: z.string().max(40).optional(),
      received: z.string().max(40),
    }),
    /** The message as one string: frames may hold floats, so they are exempt from canonical JSON. */
    envelope: z.string(),
    clock_suspect: z.boolean().optional(),
  }),
} as const;

export type FrameEvent = EventOf<typeof frameEventSchemas>;
export type FrameReceived = z.infer<(typeof frameEventSchemas)['FrameReceived']>;
