/**
 * Events of a space. [F] Names and shapes are a storage format: they are read for as long as the store exists.
 * Add a new event or an optional field; never rename, retype or change the meaning of what is here.
 */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';
import { countSchema, devEuiSchema, idSchema } from '../identity/ids.ts';
import { attributesSchema, codeSchema, locationSchema, nameSchema } from '../identity/names.ts';
import { ciphertextSchema } from '../personal-data/ciphertext.ts';
import { adoptedPolicySchema, policyValuesSchema, termsSchema } from '../policy/policy.ts';
import { reasonSchema } from '../reason/reason.ts';
import { instantSchema } from '../time/instant.ts';

export const occupancyValueSchema = z.enum(['VACANT', 'OCCUPIED', 'UNKNOWN']);
export type OccupancyValue = z.infer<typeof occupancyValueSchema>;

export const stateNameSchema = z.enum(['FREE', 'OCCUPIED', 'RESERVED', 'MAINTENANCE']);
export type StateName = z.infer<typeof stateNameSchema>;

export const overrideKindSchema = z.enum(['OUT_OF_SERVICE', 'BLOCKED', 'FORCE_OCCUPIED', 'FORCE_FREE']);
export type OverrideKind = z.infer<typeof overrideKindSchema>;

/** The frame that proves an observation: enough to find it again and to order it. */
export const evidenceSchema = z.strictObject({
  frame_id: idSchema,
  dev_eui: devEuiSchema,
  session: z.string().max(100).optional(),
  f_cnt: countSchema.optional(),
  decoder: z.string().max(64),
  decoder_version: z.string().max(32),
  time_source: z.enum(['device', 'gateway', 'network_server', 'network', 'received']),
  clock_suspect: z.boolean().optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** A value in [since, until). */
const correctedIntervalSchema = z.strictObject({
  value: occupancyValueSchema,
  since: instantSchema,
  until: instantSchema,
  /** The change to it lies in (since − uncertainty_s, since]. Absent: 0. */
  uncertainty_s: countSchema.optional(),
  /** The frame or observation that showed it. Absent: nobody did (silence), or it began before the range. */
  shown_by: idSchema.optional(),
});
export type CorrectedInterval = z.infer<typeof correctedIntervalSchema>;

/** A stay as a correction tells it, in full; `end` absent: it goes on. */
const correctedSessionSchema = z.strictObject({
  session_id: idSchema,
  start: instantSchema,
  end: instantSchema.optional(),
  /** How far off start and end together may be. */
  uncertainty_s: countSchema,
  bridged: z.boolean(),
});
export type CorrectedSession = z.infer<typeof correctedSessionSchema>;

export const spaceEventSchemas = {
  SpaceRegistered: z.strictObject({
    site_id: idSchema,
    zone_id: idSchema.optional(),
    code: codeSchema,
    name: nameSchema,
    building: nameSchema.optional(),
    attributes: attributesSchema,
    location: locationSchema.optional(),
    commissioned_at: instantSchema,
    policy: adoptedPolicySchema,
  }),
  SpaceRenamed: z.strictObject({ name: nameSchema, building: nameSchema.nullable().optional() }),
  SpaceAttributesChanged: z.strictObject({
    attributes: attributesSchema,
    location: locationSchema.nullable().optional(),
  }),
  SpaceMovedToZone: z.strictObject({ zone_id: idSchema.nullable(), valid_from: instantSchema }),
  SpacePolicyAdopted: z.strictObject({ policy_version: countSchema, values: policyValuesSchema }),
  SpaceDecommissioned: z.strictObject({ at: instantSchema, reason: reasonSchema }),

  SensorAssigned: z.strictObject({
    dev_eui: devEuiSchema,
    device_type: z.string().max(64),
    heartbeat_s: countSchema,
    from: instantSchema,
    process_id: idSchema,
  }),
  SensorUnassigned: z.strictObject({
    dev_eui: devEuiSchema,
    to: instantSchema,
    cause: z.enum(['unassigned', 'swapped', 'decommissioned', 'moved']),
  }),
  DisplayAssigned: z.strictObject({ dev_eui: devEuiSchema, from: instantSchema }),
  DisplayUnassigned: z.strictObject({ dev_eui: devEuiSchema, to: instantSchema }),

  OccupancyChanged: z.strictObject({
    value: occupancyValueSchema,
    /** When the world changed, by the best clock there is; never earlier than the change before. */
    since: instantSchema,
    previous: occupancyValueSchema,
    /** The stay that goes on or begins: UUIDv5(space, frame or observation that opened it). Absent: no stay. */
    session_id: idSchema.optional(),
    /** The change lies in (since − uncertainty_s, since]. */
    uncertainty_s: countSchema,
    /** The stay goes on over a gap in what is known. */
    bridged: z.boolean(),
    source: z.enum(['sensor', 'staff', 'import']),
    evidence: evidenceSchema.optional(),
    last_heard_at: instantSchema.optional(),
  }),
  /** Late frames, retracted silence, bridging, splits and merges. Whoever keeps history replaces [from, to). */
  OccupancyHistoryCorrected: z.strictObject({
    from: instantSchema,
    /** What holds after it was not told otherwise: where the present began earlier, it only begins earlier. */
    to: instantSchema,
    /** Consecutive, and covering [from, to) exactly, both. */
    before: z.array(correctedIntervalSchema),
    after: z.array(correctedIntervalSchema),
    /** Each stay that is another by now. They may reach out of [from, to). */
    sessions: z.strictObject({
      added: z.array(correctedSessionSchema),
      removed: z.array(correctedSessionSchema),
      changed: z.array(z.strictObject({ before: correctedSessionSchema, after: correctedSessionSchema })),
    }),
    /** Counts the corrections of the space from 1. */
    correction_no: countSchema,
    /** When the last value of `after` began, where that was before `from`. */
    last_since: instantSchema.optional(),
    /** Of the value that holds from `to` on, where it begins there only by now: as in `after`. */
    next: z.strictObject({ uncertainty_s: countSchema.optional(), shown_by: idSchema.optional() }).optional(),
    evidence: evidenceSchema.optional(),
  }),
  OccupancyObserved: z.strictObject({
    observation_id: idSchema,
    value: z.enum(['VACANT', 'OCCUPIED']),
    observed_at: instantSchema,
    source: z.enum(['staff', 'import']),
    reason: reasonSchema.optional(),
  }),

  OverrideApplied: z.strictObject({
    override_id: idSchema,
    kind: overrideKindSchema,
    reason: reasonSchema,
    starts_at: instantSchema,
    ends_at: instantSchema.optional(),
    on_conflict: z.enum(['reject', 'displace']).optional(),
    /** FORCE_FREE over a confirmed booking was asked for on purpose. */
    force: z.boolean().optional(),
  }),
  OverrideStarted: z.strictObject({ override_id: idSchema, scheduled_at: instantSchema }),
  OverrideExpired: z.strictObject({ override_id: idSchema, scheduled_at: instantSchema }),
  OverrideLifted: z.strictObject({ override_id: idSchema, reason: reasonSchema }),

  ReservationRequested: z.strictObject({
    reservation_id: idSchema,
    /** This space's part of the booking: a moved booking keeps reservation_id and gets a new allocation. */
    allocation_id: idSchema,
    booking_id: idSchema.optional(),
    series_id: idSchema.optional(),
    start: instantSchema,
    end: instantSchema,
    wall_times: z
      .strictObject({ start: z.string().max(40), end: z.string().max(40), time_zone: z.string().max(64) })
      .optional(),
    subject_id: idSchema.optional(),
    /** Name, e-mail and plate as one encrypted JSON object. */
    holder: ciphertextSchema.optional(),
    terms: termsSchema,
    hold_expires_at: instantSchema.optional(),
  }),
  ReservationConfirmed: z.strictObject({
    reservation_id: idSchema,
    terms: termsSchema,
    moved_from: idSchema.optional(),
  }),
  ReservationExpired: z.strictObject({ reservation_id: idSchema, scheduled_at: instantSchema }),
  ReservationCancelled: z.strictObject({
    reservation_id: idSchema,
    by: z.enum(['holder', 'operator', 'system']),
    reason: reasonSchema,
    /** True where the cancellation came within the terms. */
    terms_kept: z.boolean(),
  }),
  ReservationStarted: z.strictObject({ reservation_id: idSchema, scheduled_at: instantSchema }),
  ReservationFulfilled: z.strictObject({
    reservation_id: idSchema,
    at: instantSchema,
    evidence: z.enum(['departure', 'end', 'none']),
    freed_from: instantSchema.optional(),
  }),
  ReservationDisplaced: z.strictObject({ reservation_id: idSchema, override_id: idSchema }),

  /** What was announced when it was announced. Never restated: corrected truth is in the occupancy intervals. */
  SpaceStateChanged: z.strictObject({
    from: stateNameSchema.nullable(),
    to: stateNameSchema,
    available: z.boolean().nullable(),
    /** The event that caused it: its type, and the id that its data carries (override, reservation, frame …). */
    cause: z.strictObject({ event: z.string().max(64), id: z.string().max(64).optional() }),
    tags: z.array(z.enum(['CONTESTED', 'RESUMED'])),
    /** Never goes back. */
    effective_at: instantSchema,
    rules_version: z.number().int().min(1),
  }),
} as const;

export type SpaceEvent = EventOf<typeof spaceEventSchemas>;

/** The version of the rules in `computeState` that wrote a `SpaceStateChanged`. */
export const RULES_VERSION = 1;
