/** Events of a device. [F] Storage format, see domain/space/events.ts. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';
import { countSchema, devEuiSchema, idSchema } from '../identity/ids.ts';
import { reasonSchema } from '../reason/reason.ts';
import { instantSchema } from '../time/instant.ts';

export const deviceKindSchema = z.enum(['sensor', 'display']);
export type DeviceKind = z.infer<typeof deviceKindSchema>;

/** A battery tells its voltage or what is left of it; `threshold` is in the same unit. */
const batterySchema = z.strictObject({
  value_mv: countSchema.optional(),
  percent: countSchema.optional(),
  threshold: countSchema,
});
/** Where a frame told it. */
const provenSchema = z.strictObject({ frame_id: idSchema.optional() });
/** Tenths of a degree Celsius. */
const temperatureSchema = z.strictObject({
  deci_c: z.number().int().optional(),
  threshold_deci_c: z.number().int().optional(),
  frame_id: idSchema.optional(),
});
const flappingSchema = z.strictObject({ changes: countSchema, window_s: countSchema });

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

  /** In the stream of a device that is not registered here, or out of service. */
  OrphanSeen: z.strictObject({ first_frame_id: idSchema }),

  DeviceWentStale: z.strictObject({
    last_heard_at: instantSchema,
    /** Silent from here on. */
    deadline: instantSchema,
    session: z.string().max(100).optional(),
    f_cnt: countSchema.optional(),
  }),
  DeviceHeardAgain: z.strictObject({ at: instantSchema }),
  /** A late frame had been sent before the deadline: there was no silence. */
  DeviceStaleRetracted: z.strictObject({ deadline: instantSchema, frame_id: idSchema }),

  BatteryLow: batterySchema,
  BatteryRecovered: batterySchema,
  TamperDetected: provenSchema,
  TamperCleared: provenSchema,
  TemperatureAlertRaised: temperatureSchema,
  TemperatureAlertCleared: temperatureSchema,
  DeviceRestarted: z.strictObject({
    reset_cause: z.string().max(64).optional(),
    firmware: z.string().max(32).optional(),
    frame_id: idSchema.optional(),
  }),
  SensorFlappingStarted: flappingSchema,
  SensorFlappingEnded: flappingSchema,
  FrameCounterResetSuspected: provenSchema,
} as const;

export type DeviceEvent = EventOf<typeof deviceEventSchemas>;
