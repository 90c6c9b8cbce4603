/**
 * The condition that an event of a transient log is not older than its stream's policy. `clock` is a parameter: an
 * injected time, or null for the server's.
 */
export function shown(clock: string): string {
  return `e.created >= coalesce((
            SELECT coalesce(${clock}::timestamptz, clock_timestamp()) - make_interval(secs => r.max_age_s)
            FROM event_store.retention r WHERE r.stream = e.stream), '-infinity')`;
}

export function clockValue(now: (() => Date) | undefined): string | null {
  return now?.().toISOString() ?? null;
}
