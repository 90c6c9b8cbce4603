/**
 * Says something at once, and then at most once in so long, with how often it would have been said since: what comes with
 * each message would otherwise fill the log. `times` counts this one.
 */
export function occasionally<A extends readonly unknown[]>(
  everyMs: number,
  say: (times: number, ...about: A) => void,
  nowMs: () => number = () => performance.now(),
): (...about: A) => void {
  let saidAt = -Infinity;
  let times = 0;
  return (...about) => {
    times += 1;
    if (nowMs() - saidAt < everyMs) return;
    say(times, ...about);
    saidAt = nowMs();
    times = 0;
  };
}
