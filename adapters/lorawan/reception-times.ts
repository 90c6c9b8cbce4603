/** Which of the times that gateways and servers wrote on a frame is believed. */
import { parseInstant } from '../../domain/time/instant.ts';

/** How one gateway heard a frame. */
export interface GatewayReception {
  readonly time: string | null;
  readonly rssi: number;
  readonly snr: number;
}

/** One entry per gateway, in no order: the gateway that heard best is the one most likely to be near and well kept. */
export function bestGatewayTime(receptions: readonly GatewayReception[]): string | null {
  return best(receptions.filter(({ time }) => time !== null))?.time ?? null;
}

export function best<R extends Pick<GatewayReception, 'rssi' | 'snr'>>(
  receptions: readonly R[],
): R | undefined {
  return [...receptions].sort((a, b) => b.snr - a.snr || b.rssi - a.rssi)[0];
}

export function earliestTime(times: readonly (string | null)[]): string | null {
  return times.reduce<string | null>(
    (earliest, time) =>
      time !== null && (earliest === null || nanosecondKey(time) < nanosecondKey(earliest)) ? time : earliest,
    null,
  );
}

/** Sorts as text at full precision, whatever the offset; decimal fractions sort as text whatever their length. */
function nanosecondKey(time: string): string {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return `${parseInstant(time)?.slice(0, 19) ?? ''}.${fraction}`;
}
