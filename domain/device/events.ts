/** Events of a device. [F] Storage format, see domain/space/events.ts. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';
import { devEuiSchema, idSchema } from '../identity/ids.ts';
import { reasonSchema } from '../reason/reason.ts';
import { instantSchema } from '../time/instant.ts';

export const deviceKindSchema = z.enum(['sensor', 'display']);
export type DeviceKind = z.infer<typeof deviceKindSchema>;

export const deviceEventSchemas = {
  DeviceRegistered: z.strictObject({
    dev_eui: devEuiSchema,
    device_type: z.string().min(1).max(64),
    kind: deviceKindSchema,
    firmware: z.string().max(32).optional(),
  }),
  DeviceTypeChanged: z.strictObject({
    device_type: z.string().min(1).max(64),
    firmware: z.string().max(32).optional(),
  }),
  /** The authority for "which space did this device watch at that time". */
  DeviceAssignmentClaimed: z.strictObject({
    space_id: idSchema,
    role: deviceKindSchema,
    from: instantSchema,
    process_id: idSchema,
  }),
  DeviceAssignmentReleased: z.strictObject({ space_id: idSchema, to: instantSchema, process_id: idSchema }),
  DeviceDecommissioned: z.strictObject({ at: instantSchema, reason: reasonSchema }),
  DeviceRecommissioned: z.strictObject({ at: instantSchema }),
  DeviceJoined: z.strictObject({
    session: z.string().max(100),
    dev_addr: z.string().max(16),
    at: instantSchema,
  }),
} as const;

export type DeviceEvent = EventOf<typeof deviceEventSchemas>;
