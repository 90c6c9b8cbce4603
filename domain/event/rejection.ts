/** Why a command was refused: a stable code, a sentence for people, and facts that help (never personal data). */
export interface Rejection {
  readonly code: RejectionCode;
  readonly detail: string;
  /** JSON values with snake_case names, copied into the problem document (`conflicts`, `cancellable_until`, …). */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The part of the error catalogue that deciders speak. A code never changes its meaning. */
export const rejectionCodes = [
  'not-found',
  'already-exists',
  'validation-failed',
  'invalid-transition',
  'conflict-overlap',
  'conflict-override',
  'conflict-code',
  'conflict-revision',
  'conflict-assignment',
  'not-assigned-at',
  'history-forgotten',
  'not-cancellable',
  'in-the-past',
  'too-far-ahead',
  'too-short',
  'too-long',
  'decommissioned',
  'tenant-suspended',
  'zone-closed',
  'site-closed',
  'still-in-use',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];
