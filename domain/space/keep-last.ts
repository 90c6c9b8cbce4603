/**
 * How many things that are over are kept to recognise a repeated command, of each sort. A count and not an age: it
 * bounds the memory of a state whatever happens, and events do not all say when they were recorded. What is forgotten
 * here is still told apart outside: ids of bookings by the reservation directory, ids of commands by the store.
 */
export const KEPT = 32;

/** The newest entries of a list that only serves to recognise repeats: it must not grow for ever. */
export function keepLast<T>(entries: readonly T[]): readonly T[] {
  return entries.length > KEPT ? entries.slice(-KEPT) : entries;
}
