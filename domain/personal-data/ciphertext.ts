import { z } from 'zod';

const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .max(8192);

/**
 * Personal data as the domain sees it: encrypted before any decision (AES-256-GCM; `ct` ends with the 16-byte tag).
 * The domain can keep it and hand it on, never read it. [F]
 */
export const ciphertextSchema = z.strictObject({
  key_id: z.string().max(64),
  ct_id: z.string().max(64),
  iv: base64,
  ct: base64,
});
export type Ciphertext = z.infer<typeof ciphertextSchema>;
