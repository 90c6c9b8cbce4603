/** What became of frames before they expired. [F] Storage format, see domain/space/events.ts. */
import { z } from 'zod';
import { type EventOf } from '../event/event.ts';
import { instantSchema } from '../time/instant.ts';

export const archiveEventSchemas = {
  FramesArchived: z.strictObject({
    /** The UTC day whose stream the frames are from, half-open. A day may be archived in several parts. */
    from: instantSchema,
    to: instantSchema,
    /** SHA-256 of the manifest, 64 hex digits: it names the file, and its name in the archive follows from the hash. */
    manifest_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
} as const;

export type ArchiveEvent = EventOf<typeof archiveEventSchemas>;
