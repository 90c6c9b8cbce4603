import { createHash, randomBytes } from 'node:crypto';

/** `bl_live_…` or `bl_test_…`: 256 random bits and a checksum, so that a typo is told apart from a revoked key. */
export interface MintedKey {
  /** Shown once, kept by nobody. */
  readonly key: string;
  readonly hash: string;
}

const SECRET_BYTES = 32;
const CHECKSUM_LENGTH = 6;
const SHAPE = /^bl_(live|test)_([A-Za-z0-9_-]{43})([0-9a-f]{6})$/;

export function mintApiKey(mode: 'live' | 'test'): MintedKey {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const body = `bl_${mode}_${secret}`;
  const key = `${body}${checksum(body)}`;
  return { key, hash: hashApiKey(key) };
}

/** What is stored: plain SHA-256 is enough for 256 random bits, and can be looked up directly. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** False for what cannot be one of our keys: no look-up is needed to refuse it. */
export function looksLikeApiKey(text: string): boolean {
  const match = SHAPE.exec(text);
  return match !== null && match[3] === checksum(text.slice(0, -CHECKSUM_LENGTH));
}

function checksum(body: string): string {
  return createHash('sha256').update('bayledger key').update(body).digest('hex').slice(0, CHECKSUM_LENGTH);
}
