import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createEventReader, readEvent, upcast } from '../../../domain/catalogue/read-event.ts';
import { currentVersion, type Upcasters } from '../../../domain/catalogue/upcasters.ts';
import { type AnyEvent } from '../../../domain/event/event.ts';

const code = { code: 'A-01', space_id: '00000000-0000-4000-8000-000000000001' };

describe('reading an event', () => {
  it('gives the data as recorded, the very same object', () => {
    const reading = readEvent('SpaceCodeClaimed', code, 1);
    expect(reading).toEqual({ ok: true, event: { type: 'SpaceCodeClaimed', data: code } });
    expect(reading.ok && reading.event.data).toBe(code);
    const untidy = { name: ' Harbour ', time_zone: 'UTC' };
    expect(readEvent('SiteRegistered', untidy, 1)).toMatchObject({ ok: true, event: { data: untidy } });
  });

  it('tells apart what is unknown, what is newer than this program, and what is broken', () => {
    expect(readEvent('SpaceSold', code, 1)).toMatchObject({ ok: false, problem: 'unknown-type' });
    expect(readEvent('toString', code, 1)).toMatchObject({ ok: false, problem: 'unknown-type' });
    expect(readEvent('SpaceCodeClaimed', code, 2)).toMatchObject({ ok: false, problem: 'newer-version' });
    for (const version of [0, -1, 1.5, NaN]) {
      expect(readEvent('SpaceCodeClaimed', code, version)).toMatchObject({ ok: false, problem: 'invalid' });
    }
    for (const data of [null, 'text', {}, { ...code, floor: 3 }]) {
      expect(readEvent('SpaceCodeClaimed', data, 1)).toMatchObject({ ok: false, problem: 'invalid' });
    }
  });

  it('can leave out the validation, but neither the name nor the version', () => {
    expect(upcast('SpaceCodeClaimed', 1, {})).toMatchObject({ ok: true });
    expect(upcast('SpaceCodeClaimed', 2, {})).toMatchObject({ ok: false, problem: 'newer-version' });
    expect(upcast('SpaceSold', 1, {})).toMatchObject({ ok: false, problem: 'unknown-type' });
  });
});

/** A made-up type in its third version: a bare price, then one with a currency, then in cents. */
describe('upcasting', () => {
  const schema = z.strictObject({ cents: z.number().int(), currency: z.string() });
  const lifts: Upcasters = {
    PriceSet: [
      (data) => ({ ...z.object({ price: z.number() }).parse(data), currency: 'EUR' }),
      (data) => {
        const old = z.object({ price: z.number(), currency: z.string() }).parse(data);
        return { cents: old.price * 100, currency: old.currency };
      },
    ],
  };
  const reader = createEventReader<AnyEvent>((type) => (type === 'PriceSet' ? schema : undefined), lifts);
  const today = { ok: true, event: { type: 'PriceSet', data: { cents: 300, currency: 'EUR' } } };

  it('lifts every old version to the present one', () => {
    expect(currentVersion('PriceSet', lifts)).toBe(3);
    expect(currentVersion('Other', lifts)).toBe(1);
    expect(reader.readEvent('PriceSet', { price: 3 }, 1)).toEqual(today);
    expect(reader.readEvent('PriceSet', { price: 3, currency: 'CHF' }, 2)).toEqual({
      ok: true,
      event: { type: 'PriceSet', data: { cents: 300, currency: 'CHF' } },
    });
    expect(reader.readEvent('PriceSet', { cents: 300, currency: 'EUR' }, 3)).toEqual(today);
    expect(reader.upcast('PriceSet', 1, { price: 3 })).toEqual(today);
  });

  it('refuses a version from the future, and old data that was never valid', () => {
    expect(reader.readEvent('PriceSet', {}, 4)).toMatchObject({ ok: false, problem: 'newer-version' });
    expect(reader.readEvent('PriceSet', { price: 'much' }, 1)).toMatchObject({
      ok: false,
      problem: 'invalid',
    });
    expect(reader.readEvent('PriceSet', { price: 0.001 }, 1)).toMatchObject({
      ok: false,
      problem: 'invalid',
    });
  });
});
