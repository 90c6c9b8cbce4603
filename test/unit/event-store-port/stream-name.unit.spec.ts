import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  domainCategories,
  isCategory,
  isTransient,
  logOf,
  logOfAll,
  transientCategories,
} from '../../../application/ports/event-store/categories.ts';
import {
  NO_TENANT,
  parseStreamName,
  streamName,
} from '../../../application/ports/event-store/stream-name.ts';

const TENANT = '0190a1b2-c3d4-7e5f-8a6b-112233445566';
const PLAIN = TENANT.replaceAll('-', '');
const category = fc.constantFrom(...domainCategories, ...transientCategories);

describe('stream names', () => {
  it.each([
    [
      'space',
      TENANT,
      'AABBCCDD-0011-2233-4455-66778899aabb',
      `space-${PLAIN}-aabbccdd00112233445566778899aabb`,
    ],
    ['device', TENANT, 'A84041FFFF1234AB', `device-${PLAIN}-a84041ffff1234ab`],
    ['frames', TENANT, '20250630', `frames-${PLAIN}-20250630`],
    ['refusals', TENANT, '202506', `refusals-${PLAIN}-202506`],
    ['ledger', TENANT, `${TENANT}2025`, `ledger-${PLAIN}-${PLAIN}2025`],
    ['store', NO_TENANT, NO_TENANT, `store-${'0'.repeat(32)}-${'0'.repeat(32)}`],
  ] as const)('%s of %s, %s', (kind, tenant, id, name) => {
    expect(streamName(kind, tenant, id)).toBe(name);
  });

  it('always split into three, and are read back as they were made (property)', () => {
    fc.assert(
      fc.property(category, fc.uuid(), fc.uuid(), (kind, tenant, id) => {
        const name = streamName(kind, tenant, id);
        expect(name.split('-')).toHaveLength(3);
        const parts = { category: kind, tenant: tenant.replaceAll('-', ''), id: id.replaceAll('-', '') };
        expect(parseStreamName(name)).toEqual(parts);
        expect(streamName(kind, parts.tenant, parts.id)).toBe(name);
      }),
    );
  });

  it.each([
    ['', 'aabb'],
    [TENANT.slice(1), 'aabb'],
    [`${PLAIN}0`, 'aabb'],
    [TENANT, ''],
    [TENANT, 'abc'],
    [TENANT, 'not-hex'],
    [TENANT, 'a'.repeat(65)],
    [TENANT, '2025/06'],
  ])('refuses tenant "%s" with id "%s"', (tenant, id) => {
    expect(() => streamName('space', tenant, id)).toThrow(RangeError);
  });

  it.each([
    '$$space-1',
    `$$space-${PLAIN}-aabb`,
    `garage-${PLAIN}-aabb`,
    `space-${PLAIN}`,
    `space-${PLAIN}-aabb-1`,
    `space-${PLAIN.toUpperCase()}-aabb`,
    `space-${PLAIN}-AABB`,
    'toString',
    '',
  ])('knows that %s is not one of ours', (name) => {
    expect(parseStreamName(name)).toBeNull();
  });
});

describe('categories', () => {
  it('belong to the domain log, or each to a log of its own', () => {
    expect(new Set(domainCategories.map(logOf))).toEqual(new Set(['domain']));
    expect(transientCategories.map(logOf)).toEqual(transientCategories);
    expect(domainCategories.some(isTransient)).toBe(false);
    expect(isCategory('constructor')).toBe(false);
  });

  it('are read together only within one log', () => {
    expect(logOfAll(domainCategories)).toBe('domain');
    expect(logOfAll(['frames'])).toBe('frames');
    expect(() => logOfAll([])).toThrow(RangeError);
    expect(() => logOfAll(['space', 'frames'])).toThrow(RangeError);
    expect(() => logOfAll(['frames', 'access'])).toThrow(RangeError);
  });
});
