/** Turns the data of one version of an event's shape into the next. Pure and total over what was ever written. */
export type Upcaster = (data: unknown) => unknown;

/**
 * By event type: the function at index 0 lifts version 1 to 2, the next 2 to 3, and so on. The version that is written
 * today follows from the length of the list. [F] A list only ever grows: its old entries read old history.
 */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;

/** Nothing yet: every event is still in its first version. */
export const upcasters: Upcasters = {};

export function currentVersion(type: string, all: Upcasters = upcasters): number {
  return (Object.hasOwn(all, type) ? (all[type]?.length ?? 0) : 0) + 1;
}
