import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Sealed {
  readonly iv: Buffer;
  /** Ciphertext followed by the 16-byte tag. */
  readonly ct: Buffer;
}

/**
 * AES-256-GCM. The initialisation vector is an HMAC over associated data and plaintext: the same plaintext sealed again
 * gives the same bytes (a repeated command must not change), and two different plaintexts never share a vector.
 */
export function seal(key: Buffer, plaintext: Buffer, associated: string): Sealed {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(associated));
  const iv = createHmac('sha256', key)
    .update('iv')
    .update(length)
    .update(associated)
    .update(plaintext)
    .digest()
    .subarray(0, IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(associated));
  const ct = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { iv, ct };
}

/** Throws when key, associated data or a single bit of the ciphertext is not what it was. */
export function open(key: Buffer, sealed: Sealed, associated: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associated));
  decipher.setAuthTag(sealed.ct.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.ct.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/** A key encrypted with another key, as one value for a column. */
export function wrapKey(wrapping: Buffer, key: Buffer, associated: string): Buffer {
  const { iv, ct } = seal(wrapping, key, associated);
  return Buffer.concat([iv, ct]);
}

export function unwrapKey(wrapping: Buffer, wrapped: Buffer, associated: string): Buffer {
  return open(wrapping, { iv: wrapped.subarray(0, IV_BYTES), ct: wrapped.subarray(IV_BYTES) }, associated);
}
