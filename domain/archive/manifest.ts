import { z } from 'zod';
import { canonicalJson } from '../canonical/json.ts';
import { countSchema, idSchema } from '../identity/ids.ts';
import { instantSchema } from '../time/instant.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What says of one file of archived frames that it is whole. [F] It is stored as canonical JSON and named by its hash.
 * Nothing in it depends on when, where or by whom it was made, so making it again gives the same bytes.
 */
export const manifestSchema = z.strictObject({
  format: z.literal(1),
  store_id: idSchema,
  tenant_id: idSchema,
  /** The stream of one UTC day, which is [from, to). */
  stream: z.string().max(200),
  from: instantSchema,
  to: instantSchema,
  file: z.string().max(400),
  frames: countSchema.min(1),
  first_revision: countSchema,
  last_revision: countSchema,
  /** Of the lines, and of the compressed file. */
  sha256: hashSchema,
  bytes: countSchema,
  compressed_sha256: hashSchema,
  compressed_bytes: countSchema,
  /** The hash of the manifest before this one; null for a tenant's first. */
  previous: hashSchema.nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function manifestText(manifest: Manifest): string {
  return canonicalJson(manifest);
}

/** Null for what is no manifest of ours. */
export function readManifest(text: string): Manifest | null {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
