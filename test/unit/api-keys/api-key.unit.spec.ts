import { describe, expect, it } from 'vitest';
import { hashApiKey, looksLikeApiKey, mintApiKey } from '../../../adapters/api-keys/api-key.ts';

describe('API keys', () => {
  it('carry their mode, 256 random bits and a checksum', () => {
    const { key, hash } = mintApiKey('live');
    expect(key).toMatch(/^bl_live_[A-Za-z0-9_-]{49}$/);
    expect(hash).toBe(hashApiKey(key));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(looksLikeApiKey(key)).toBe(true);
    expect(mintApiKey('test').key).toMatch(/^bl_test_/);
  });

  it('are never the same twice', () => {
    const keys = new Set(Array.from({ length: 100 }, () => mintApiKey('live').key));
    expect(keys.size).toBe(100);
  });

  it('are recognised as mistyped when one character is wrong', () => {
    const { key } = mintApiKey('live');
    for (let i = 8; i < key.length; i += 1) {
      const wrong = `${key.slice(0, i)}${key[i] === 'a' ? 'b' : 'a'}${key.slice(i + 1)}`;
      expect(looksLikeApiKey(wrong)).toBe(false);
    }
    expect(looksLikeApiKey('')).toBe(false);
    expect(looksLikeApiKey(`${key} `)).toBe(false);
  });
});
