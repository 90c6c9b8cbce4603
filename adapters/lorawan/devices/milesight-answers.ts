/**
 * A device answers a change of its settings on channel `fe` or `ff`, by the type that was set and the value. Somebody who
 * sets one at the network server should not get frames here that cannot be decoded: so the length of each is known, and
 * nothing of its value. The models agree wherever two of them have the same type.
 */
export const answerLengths: ReadonlyMap<number, number> = new Map([
  [0x02, 2],
  [0x03, 2],
  [0x06, 9],
  [0x10, 1],
  [0x11, 4],
  [0x13, 1],
  [0x17, 2],
  [0x1b, 5],
  [0x1c, 2],
  [0x27, 1],
  [0x28, 1],
  [0x2a, 1],
  [0x35, 8],
  [0x3b, 1],
  [0x3e, 1],
  [0x4a, 1],
  [0x56, 1],
  [0x68, 1],
  [0x69, 1],
  [0x6a, 3],
  [0x70, 2],
  [0x71, 1],
  [0x77, 2],
  [0x84, 1],
  [0x8e, 3],
  [0x96, 8],
  [0xab, 3],
  [0xbd, 2],
  [0xf1, 4],
  [0xf2, 2],
  [0xf5, 1],
]);

export function answersOnChannel(channel: number): boolean {
  return channel === 0xfe || channel === 0xff;
}
