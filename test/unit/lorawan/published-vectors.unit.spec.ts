import { describe, expect, it } from 'vitest';
import { type DeviceType } from '../../../adapters/lorawan/device-type.ts';
import { deviceTypes } from '../../../adapters/lorawan/device-types.ts';
import { bytesOf } from './expectations.ts';
import { needsShared, sharedIsAbsent, type Vector, vectorsOf } from './shared-files.ts';

/** A decoder may say more than the published example, never something else. */
function expectVector(type: DeviceType, { fPort, hex, canonical }: Vector): void {
  const found = type.decode(fPort, bytesOf(hex));
  if (canonical?.['kind'] === 'error') expect(found.ok).toBe(false);
  else expect(found).toMatchObject({ ok: true, message: canonical });
}

describe.skipIf(sharedIsAbsent)(needsShared('published frames decode as published'), () => {
  for (const type of deviceTypes) {
    const uplinks = vectorsOf(type.id).filter(({ direction }) => direction === 'uplink');

    it(`${type.id}: there are frames`, () => expect(uplinks.length).toBeGreaterThan(0));
    it.each(uplinks)(`${type.id}: $description ($hex)`, (vector) => expectVector(type, vector));
  }
});
