import { z } from 'zod';
import { ciphertextSchema } from '../personal-data/ciphertext.ts';

/** Why a person did something. The list grows; a code never changes its meaning. [F] */
export const reasonCodes = [
  'other',
  'maintenance',
  'cleaning',
  'road-works',
  'event',
  'safety',
  'incident',
  'sensor-fault',
  'sensor-swap',
  'battery',
  'relocation',
  'closure',
  'customer-request',
  'no-longer-needed',
  'operator-error',
  'displaced',
  'policy',
  'test',
  'import',
] as const;

export const reasonCodeSchema = z.enum(reasonCodes);
export type ReasonCode = z.infer<typeof reasonCodeSchema>;

/** A reason as events keep it: the code in clear, the free text as ciphertext, since people write names into it. [F] */
export const reasonSchema = z.strictObject({
  code: reasonCodeSchema,
  text: ciphertextSchema.optional(),
  /** The subject whose key the text is encrypted with. */
  text_subject_id: z.string().optional(),
});
export type Reason = z.infer<typeof reasonSchema>;
