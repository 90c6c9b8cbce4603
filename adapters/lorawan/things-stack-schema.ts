import { z } from 'zod';
import {
  counter,
  devAddrSchema,
  devEuiSchema,
  level,
  optionalText,
  payloadSchema,
  tagsSchema,
  timeSchema,
  unset,
} from './wire-values.ts';

/**
 * The parts of a message of The Things Stack v3 that we read. Whatever is empty, zero or false is left out by the server:
 * the first uplink of a session has no counter, and a frame of MAC commands no port and no payload.
 */

const applicationIds = z.object({ application_id: optionalText(64) }).catch({ application_id: null });

/** A device activated by hand may have no EUI; one that is there must be one. */
const endDeviceIds = z.object(
  {
    device_id: optionalText(64),
    application_ids: applicationIds,
    dev_eui: unset(devEuiSchema),
    dev_addr: devAddrSchema,
  },
  { error: 'expected the ids of an end device of The Things Stack v3' },
);

const reception = z.object({ time: timeSchema, rssi: level, snr: level });

const sessionKeyId = optionalText(128);

const uplinkMessage = z.object(
  {
    session_key_id: sessionKeyId,
    f_port: counter(255),
    f_cnt: counter(2 ** 32 - 1),
    frm_payload: payloadSchema,
    rx_metadata: unset(z.array(reception)).transform((value) => value ?? []),
    received_at: timeSchema,
    /** There when the server hands payloads on as they are: `frm_payload` is still encrypted. */
    app_s_key: unset(z.unknown()),
    version_ids: z.object({ model_id: optionalText(200) }).catch({ model_id: null }),
    attributes: tagsSchema,
  },
  { error: 'expected an uplink message' },
);

const joinAccept = z.object(
  { session_key_id: sessionKeyId, received_at: timeSchema, attributes: tagsSchema },
  { error: 'expected a join-accept' },
);

const common = { end_device_ids: endDeviceIds, received_at: timeSchema };

export const uplinkSchema = z.object({ ...common, uplink_message: uplinkMessage });
export const joinSchema = z.object({ ...common, join_accept: joinAccept });

/** Of other types nothing is checked but that they are about a device: they are kept for people, and acted on by none. */
export const otherSchema = z.object({
  end_device_ids: z.object(
    {
      ...endDeviceIds.shape,
      dev_eui: devEuiSchema.nullable().catch(null),
      dev_addr: devAddrSchema.catch(null),
    },
    { error: 'expected the ids of an end device of The Things Stack v3' },
  ),
  received_at: timeSchema.catch(null),
});
