/**
 * A place in one log of one store. Opaque outside the adapters: compare it, keep it, hand it back, nothing else.
 * EventStoreDB needs both numbers (a commit position alone could miss an event); Postgres uses the same for both.
 */
export interface Position {
  /** The id of the store's `StoreOpened` event: positions of two stores cannot be compared. */
  readonly storeId: string;
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** Thrown when positions of two stores meet, for example after a restore from another copy. */
export class ForeignPositionError extends Error {
  constructor(expected: string, found: string) {
    super(`a position of store ${found} was used with store ${expected}`);
    this.name = 'ForeignPositionError';
  }
}

/** Negative, zero or positive, as for sort. Throws {@link ForeignPositionError} across stores. */
export function comparePositions(a: Position, b: Position): number {
  if (a.storeId !== b.storeId) throw new ForeignPositionError(a.storeId, b.storeId);
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1;
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1;
  return 0;
}

const TOKEN = /^k3\.([A-Za-z0-9_-]{8})\.([0-9a-z]{1,13})\.([0-9a-z]{1,13})$/;

/** The outside form `k3.<epoch>.<commit>.<prepare>`: clients keep it as an opaque string. */
export function positionToken(position: Position): string {
  return `k3.${epochOf(position.storeId)}.${position.commit.toString(36)}.${position.prepare.toString(36)}`;
}

export type TokenReading =
  | { readonly ok: true; readonly position: Position }
  | { readonly ok: false; readonly reason: 'malformed' | 'other-store' };

/** Reads a token against the store in use: one of another store is recognised by its epoch. */
export function readPositionToken(token: string, storeId: string): TokenReading {
  const match = TOKEN.exec(token);
  const [, epoch, commit, prepare] = match ?? [];
  if (epoch === undefined || commit === undefined || prepare === undefined)
    return { ok: false, reason: 'malformed' };
  if (epoch !== epochOf(storeId)) return { ok: false, reason: 'other-store' };
  return { ok: true, position: { storeId, commit: base36(commit), prepare: base36(prepare) } };
}

function epochOf(storeId: string): string {
  return storeId.replaceAll('-', '').slice(0, 8);
}

function base36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(parseInt(digit, 36));
  return value;
}
