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
 * The parts of a ChirpStack v4 body that we read. Unknown keys pass (each release adds some). The server leaves out
 * zeros, empty strings and unset messages in some places and not in others: so all three are the same here.
 */
const labels = { deviceProfileName: optionalText(200), deviceName: optionalText(200), tags: tagsSchema };

const deviceInfo = z.object(
  { devEui: devEuiSchema, ...labels },
  { error: 'expected the device info of ChirpStack v4' },
);

const reception = z.object({
  gwTime: timeSchema,
  nsTime: timeSchema,
  rssi: level,
  snr: level,
});
export type Reception = z.infer<typeof reception>;

const deduplicationId = optionalText(128);

export const joinSchema = z.object({
  deduplicationId,
  time: timeSchema,
  deviceInfo,
  devAddr: devAddrSchema,
});

export const upSchema = joinSchema.extend({
  fCnt: counter(2 ** 32 - 1),
  fPort: counter(255),
  data: payloadSchema,
  rxInfo: unset(z.array(reception)).transform((value) => value ?? []),
  joinServerContext: unset(z.unknown()),
});

/** Of the other events nothing is checked but that they are objects: they are kept for people, and acted on by none. */
export const otherSchema = z.object({
  deduplicationId,
  time: timeSchema.catch(null),
  deviceInfo: z
    .object({ devEui: devEuiSchema.nullable().catch(null), ...labels })
    .catch({ devEui: null, deviceProfileName: null, deviceName: null, tags: {} }),
});
