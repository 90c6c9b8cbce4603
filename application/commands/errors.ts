/** The command lost five races in a row: the caller may try again at once. */
export class BusyError extends Error {
  readonly code = 'busy';
  constructor(stream: string) {
    super(`${stream} is being written by too many at once`);
    this.name = 'BusyError';
  }
}

/** A stream holds an event that this program is too old for, or that nobody can read: nothing may be decided on it. */
export class UnreadableStreamError extends Error {
  readonly code = 'unreadable-stream';
  constructor(stream: string, revision: number, why: string) {
    super(`${stream}@${revision}: ${why}`);
    this.name = 'UnreadableStreamError';
  }
}
