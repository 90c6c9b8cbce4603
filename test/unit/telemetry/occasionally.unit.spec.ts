import { describe, expect, it } from 'vitest';
import { occasionally } from '../../../adapters/telemetry/index.ts';

describe('what comes with each message', () => {
  it('is said at once, then seldom, with how often it would have been', () => {
    let now = 5;
    const said: string[] = [];
    const tell = occasionally(
      100,
      (times, what: string) => said.push(`${what} ×${times}`),
      () => now,
    );
    for (const what of ['a', 'b', 'c']) tell(what);
    now = 104;
    tell('d');
    now = 105;
    tell('e');
    tell('f');
    expect(said).toEqual(['a ×1', 'e ×4']);
  });
});
