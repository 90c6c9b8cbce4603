import { z } from 'zod';
import { parseStreamName, type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type SpooledAppend } from '../../application/ports/frame-spool.ts';
import { instantSchema } from '../../domain/time/instant.ts';

/** The payload of a record. [F] docs/decisions/0020-disk-spool.md */
const payloadSchema = z.object({
  stream: z.custom<StreamName>((value) => typeof value === 'string' && parseStreamName(value) !== null),
  received_at: instantSchema,
  events: z
    .array(
      z.object({
        id: z.string(),
        type: z.string(),
        data: z.record(z.string(), z.json()),
        metadata: z.record(z.string(), z.json()),
      }),
    )
    .min(1),
});

export function encodeAppend({ events, receivedAt, stream }: SpooledAppend): Buffer {
  return Buffer.from(JSON.stringify({ stream, received_at: receivedAt, events }));
}

/** Null for what this program did not write. */
export function decodeAppend(payload: Buffer): SpooledAppend | null {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString());
  } catch {
    return null;
  }
  const parsed = payloadSchema.safeParse(value);
  if (!parsed.success) return null;
  const { events, received_at: receivedAt, stream } = parsed.data;
  return { stream, receivedAt, events };
}
