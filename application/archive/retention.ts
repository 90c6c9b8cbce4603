const DAY_S = 86_400;

/** Rule H8: frames stay so much longer than their policy says, so that they can be archived. */
export const ARCHIVE_MARGIN_S = 14 * DAY_S;

/** So long before frames would be lost somebody must know, and the archiver prolongs what it can. */
export const ALARM_BEFORE_LOSS_S = 7 * DAY_S;

/** What an archive that is away for long gains each time. */
export const REPRIEVE_S = 30 * DAY_S;

export const REFUSALS_KEPT_S = 400 * DAY_S;
export const ACCESS_KEPT_S = 3 * 365 * DAY_S;

/** How long a stream of frames is kept: its policy, and the time in which it is archived. */
export function framesKeptS(policyS: number): number {
  return policyS + ARCHIVE_MARGIN_S;
}
