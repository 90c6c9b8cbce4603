import { z } from 'zod';
import { countSchema } from '../identity/ids.ts';

/**
 * Everything that tenants may choose. Durations are seconds. A space decides by the policy it has *adopted*
 * (`SpaceRegistered.policy`, `SpacePolicyAdopted`), so its state follows from its own stream. [F]
 */
export const policyValuesSchema = z.strictObject({
  /** Rule S3 row 7: what a space shows when its sensor has gone silent. */
  unknown_state: z.enum(['hold_last', 'assume_free', 'assume_occupied']),
  /** R2: seconds kept free between two bookings. */
  booking_buffer_s: countSchema,
  /** R1. */
  booking_min_s: countSchema,
  booking_max_s: countSchema,
  booking_ahead_max_s: countSchema,
  booking_past_tolerance_s: countSchema,
  /** R7: how long a PENDING booking blocks. 0: bookings are confirmed at once. */
  booking_hold_s: countSchema,
  /** R12: cancelling is allowed until so long before the start. */
  cancel_until_s: countSchema,
  /** R8. */
  check_in: z.enum(['auto', 'explicit', 'auto_then_confirm']),
  /** R9, R10, R14, R15. */
  early_start_s: countSchema,
  no_show_timeout_s: countSchema,
  release_early: z.boolean(),
  release_hold_s: countSchema,
  late_stop_s: countSchema,
  /** S7: a hint, not a state. */
  reserved_soon_s: countSchema,
  /** D3: an open stay survives a swap of sensors when the first known value comes within this gap. */
  swap_gap_s: countSchema,
  /** U3: a device's clock may be ahead of ours by so much. */
  clock_skew_max_s: countSchema,
  /** O3. */
  override_reminder_s: countSchema,
});
export type PolicyValues = z.infer<typeof policyValuesSchema>;

/** A policy as a space adopts it: the version says which change of the tenant or site it came from (0: the defaults). */
export const adoptedPolicySchema = z.strictObject({
  policy_version: countSchema,
  values: policyValuesSchema,
});
export type AdoptedPolicy = z.infer<typeof adoptedPolicySchema>;

const DAY_S = 86_400;

/** The defaults of domain-rules: in force until a tenant or a site says otherwise. */
export const defaultPolicy: AdoptedPolicy = {
  policy_version: 0,
  values: {
    unknown_state: 'hold_last',
    booking_buffer_s: 0,
    booking_min_s: 60,
    booking_max_s: 30 * DAY_S,
    booking_ahead_max_s: 90 * DAY_S,
    booking_past_tolerance_s: 60,
    booking_hold_s: 0,
    cancel_until_s: 0,
    check_in: 'auto',
    early_start_s: 0,
    no_show_timeout_s: 900,
    release_early: false,
    release_hold_s: 600,
    late_stop_s: 600,
    reserved_soon_s: 900,
    swap_gap_s: 1800,
    clock_skew_max_s: 120,
    override_reminder_s: 7 * DAY_S,
  },
};

/** The terms that a booking keeps from its confirmation on, whatever happens to the policy (R17). [F] */
export const termsSchema = policyValuesSchema.pick({
  cancel_until_s: true,
  check_in: true,
  early_start_s: true,
  no_show_timeout_s: true,
  release_early: true,
  release_hold_s: true,
  late_stop_s: true,
});
export type Terms = z.infer<typeof termsSchema>;

export function termsOf(values: PolicyValues): Terms {
  return {
    cancel_until_s: values.cancel_until_s,
    check_in: values.check_in,
    early_start_s: values.early_start_s,
    no_show_timeout_s: values.no_show_timeout_s,
    release_early: values.release_early,
    release_hold_s: values.release_hold_s,
    late_stop_s: values.late_stop_s,
  };
}
