import { describe, expect, it } from 'vitest';
import { readTraceparent, truncatedAddress } from '../../../adapters/http/change.ts';
import { readIdempotencyKey } from '../../../adapters/http/idempotency-key.ts';
import { requestIdOf } from '../../../adapters/http/request-identity.ts';

describe('the address of a caller', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['::ffff:203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['nonsense', null],
    ['', null],
  ])('%s is recorded as %s', (address, recorded) => {
    expect(truncatedAddress(address)).toBe(recorded);
  });
});

describe('traceparent', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const span = 'b7ad6b7169203331';
  it('is taken over when it is one', () => {
    expect(readTraceparent(`00-${trace}-${span}-01`)).toBe(`00-${trace}-${span}-01`);
  });
  it.each([
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `ff-${trace}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    'x',
    undefined,
  ])('%s is ignored', (header) => {
    expect(readTraceparent(header)).toBeNull();
  });
});

describe('Idempotency-Key', () => {
  it.each([
    [undefined, null],
    ['"a key"', 'a key'],
    ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['x'.repeat(256), undefined],
    ['', undefined],
    ['schlüssel', undefined],
    [['a', 'b'], undefined],
  ])('%j is read as %j', (header, key) => {
    expect(readIdempotencyKey(header)).toBe(key);
  });
});

describe('X-Request-ID', () => {
  const requestWith = (id: string | undefined) => ({ headers: { 'x-request-id': id } }) as never;
  it('is kept where it is harmless', () => {
    expect(requestIdOf(requestWith('abc-123.x:y_z'))).toBe('abc-123.x:y_z');
  });
  it.each([undefined, '', 'a b', 'x'.repeat(65), '<script>', 'a\tb'])('%j is replaced', (id) => {
    expect(requestIdOf(requestWith(id))).toMatch(/^[0-9a-f-]{36}$/);
  });
});
