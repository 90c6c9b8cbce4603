const KEPT = 64;

/** The newest entries of a list that only serves to recognise repeats: it must not grow for ever. */
export function keepLast<T>(entries: readonly T[]): readonly T[] {
  return entries.length > KEPT ? entries.slice(-KEPT) : entries;
}
