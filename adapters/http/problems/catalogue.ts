/**
 * Every error that the API answers: a stable code, its HTTP status, and what a reader of the documentation wants to
 * know. Codes never change their meaning. Each has a page at `/docs/errors/{code}`.
 */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly help: string;
}

export const problemCatalogue = {
  'validation-failed': {
    status: 400,
    title: 'The request does not fit its schema',
    help: 'Each entry of `errors` points at one mistake. Nothing was written.',
  },
  unauthenticated: {
    status: 401,
    title: 'No valid credentials',
    help: 'Send `X-API-Key` or `Authorization: Bearer` with a key that is neither revoked nor expired.',
  },
  forbidden: {
    status: 403,
    title: 'This role may not do that',
    help: 'The table of roles and routes is in the documentation. `GET /api/v1/me` tells your role.',
  },
  'tenant-suspended': {
    status: 403,
    title: 'The tenant is suspended',
    help: 'Reading works, frames are still recorded, commands are refused until the tenant is resumed.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    help: 'Or it belongs to another tenant: the two cannot be told apart.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path knows other methods',
    help: 'See the `Allow` header.',
  },
  'already-exists': {
    status: 409,
    title: 'This id is taken',
    help: 'Something else was recorded under it. A repeat with the same content would have been answered as success.',
  },
  'invalid-transition': {
    status: 409,
    title: 'Not possible in the present state',
    help: 'The thing has moved on, for example a booking that has ended.',
  },
  'conflict-overlap': {
    status: 409,
    title: 'The time is taken',
    help: '`conflicts` lists the times, never the holder.',
  },
  'conflict-override': {
    status: 409,
    title: 'An override and a booking would overlap',
    help: '`conflicts` lists the times. An operator may displace bookings with `on_conflict: "displace"`.',
  },
  'conflict-code': {
    status: 409,
    title: 'The code is in use at this site',
    help: 'Codes are unique among live spaces and open zones.',
  },
  'conflict-assignment': {
    status: 409,
    title: 'The device or the space is assigned otherwise',
    help: 'A device watches one space at a time. Unassign it there first.',
  },
  'not-assigned-at': {
    status: 409,
    title: 'The device was not assigned at that time',
    help: 'Readings belong to the space that the device watched when they were made.',
  },
  'history-forgotten': {
    status: 409,
    title: 'Too long ago',
    help: 'The space no longer has in mind what it published then, so it cannot say what would change.',
  },
  'not-cancellable': {
    status: 409,
    title: 'Too late to cancel',
    help: '`cancellable_until` tells the terms. An operator may still cancel, with a reason.',
  },
  'in-the-past': { status: 400, title: 'The time lies in the past', help: 'A small tolerance applies.' },
  'too-far-ahead': {
    status: 400,
    title: 'The time is too far ahead',
    help: '`limit_s` tells how far is allowed.',
  },
  'too-short': {
    status: 400,
    title: 'The interval is too short',
    help: '`limit_s` tells the minimum. Start must be before end.',
  },
  'too-long': { status: 400, title: 'The interval is too long', help: '`limit_s` tells the maximum.' },
  decommissioned: {
    status: 409,
    title: 'The space has been decommissioned',
    help: 'Its history stays readable.',
  },
  'zone-closed': { status: 409, title: 'The zone is closed', help: 'Choose an open zone.' },
  'site-closed': { status: 409, title: 'The site is closed', help: 'Nothing can be added to it.' },
  'still-in-use': {
    status: 409,
    title: 'Still in use',
    help: '`conflicts` lists what stands against it.',
  },
  'conflict-revision': {
    status: 412,
    title: 'It has changed meanwhile',
    help: 'Read it again: `If-Match` names neither its present `revision` nor its ETag.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    help: 'Use a new key for a new request.',
  },
  'request-in-progress': {
    status: 409,
    title: 'The same request is still running',
    help: 'Try again in a moment with the same Idempotency-Key.',
  },
  'subject-erased': {
    status: 409,
    title: 'The data of this person has been erased',
    help: 'Nothing can be recorded for this reference again.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    help: 'The limit is 64 KiB for frames, 1 MiB elsewhere.',
  },
  'uri-too-long': {
    status: 414,
    title: 'A part of the path is too long',
    help: 'No id of ours has more than 200 characters.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Send JSON',
    help: 'In ChirpStack set the HTTP integration’s payload encoding to JSON; Protobuf is not read.',
  },
  'position-from-another-store': {
    status: 410,
    title: 'The position belongs to another event store',
    help: 'The store was replaced or restored from a copy. Forget the position and read without it.',
  },
  timeout: {
    status: 504,
    title: 'It took too long',
    help: 'A read may be repeated at any time, a change with the same Idempotency-Key: it is carried out once at most.',
  },
  'read-model-behind': {
    status: 503,
    title: 'The read model has not come that far yet',
    help: 'Try again after `Retry-After`, or read without `min_position`.',
  },
  busy: { status: 503, title: 'Too many at once on this one', help: 'Try again at once.' },
  'outcome-unknown': {
    status: 503,
    title: 'Nobody knows whether it was written',
    help: 'Repeat the request with the same Idempotency-Key: it is carried out once at most.',
  },
  unavailable: {
    status: 503,
    title: 'A part of the system cannot be reached',
    help: 'Nothing was written. Try again after `Retry-After`.',
  },
  'internal-error': {
    status: 500,
    title: 'A mistake of ours',
    help: 'It was logged with the `request_id`. Nothing is known to have been written.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problemCatalogue;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemCatalogue, text);
}
