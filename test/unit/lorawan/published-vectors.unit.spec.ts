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

/** The published colour, which says 255 or a part of it and leaves out what is 0, gives the published bytes. */
function expectShown(type: DeviceType, { expected, fPort, hex }: Vector): void {
  const number = (name: string): number => Number(expected[name] ?? 0);
  const bytes = bytesOf(hex);
  const light = {
    red: number('red'),
    green: number('green'),
    blue: number('blue'),
    // Published examples of steady lights do not say how long they are on, which nobody can see.
    onMs: number('ontime') * 10 || (bytes[3] ?? 0) * 10,
    offMs: number('offtime') * 10,
  };
  const sent = type.light?.show(light, { answer: expected['immediateUplink'] === true });
  expect(sent).toEqual({ fPort, bytes });
}

/** Downlinks that change the settings of a sensor. This program sends none: it decodes, and it lights displays. */
const settingsDownlinks: Readonly<Record<string, number>> = {
  'bosch-tps110-0.23': 5,
  'bosch-tps110-0.39': 1,
  'dingtek-do200': 2,
  'dingtek-do201': 4,
  'tekzitel-tekzipark': 1,
};

/** A device that is published together with another, under the other's name. */
function publishedFor({ id }: DeviceType): readonly Vector[] {
  return id === 'dragino-lds02'
    ? vectorsOf('dragino-ldds75').filter(({ description }) => description.startsWith('LDS02'))
    : vectorsOf(id);
}

describe.skipIf(sharedIsAbsent)(needsShared('published frames decode as published'), () => {
  for (const type of deviceTypes) {
    const vectors = publishedFor(type);
    const uplinks = vectors.filter(({ direction }) => direction === 'uplink');
    const downlinks = vectors.filter(({ direction }) => direction === 'downlink');

    it(`${type.id}: there are frames`, () => expect(uplinks.length).toBeGreaterThan(0));
    it.each(uplinks)(`${type.id}: $description ($hex)`, (vector) => expectVector(type, vector));
    if (type.light === undefined) {
      it(`${type.id}: no downlink is left out but those of its settings`, () => {
        expect(downlinks.length).toBe(settingsDownlinks[type.id] ?? 0);
      });
    } else {
      it.each(downlinks)(`${type.id} shows: $description ($hex)`, (vector) => expectShown(type, vector));
    }
  }
});
