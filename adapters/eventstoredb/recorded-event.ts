import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { recordedAtOf, type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { parseStreamName, type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type JsonObject } from '../../domain/canonical/json.ts';

export interface Reading {
  readonly storeId: string;
  /** `any` reads the server's own streams as well. */
  readonly streams: 'ours' | 'any';
}

type GrpcEvent = streamsPb.ReadResp.ReadEvent.RecordedEvent;

/** An event of ours that is not what we write: somebody else wrote to our stream. Never passed on as something else. */
export class UnreadableEventError extends Error {
  constructor(stream: string, revision: string, why: string, options?: ErrorOptions) {
    super(`${stream}, revision ${revision}: ${why}`, options);
    this.name = 'UnreadableEventError';
  }
}

const TICKS_PER_MS = 10_000n;

/** Null for events of other programs and of the server itself: streams whose names are not ours. */
export function recordedEvent(event: GrpcEvent, reading: Reading): RecordedEvent | null {
  const name = Buffer.from(event.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  if (reading.streams === 'ours' && parseStreamName(name) === null) return null;
  const revision = event.getStreamRevision();
  const facts = event.getMetadataMap();
  const metadata = parse(event.getCustomMetadata_asU8(), name, revision, 'metadata');
  return {
    stream: name as StreamName,
    revision: Number(revision),
    position: {
      storeId: reading.storeId,
      commit: BigInt(event.getCommitPosition()),
      prepare: BigInt(event.getPreparePosition()),
    },
    id: event.getId()?.getString() ?? '',
    type: facts.get('type') ?? '',
    data: parse(event.getData_asU8(), name, revision, 'data'),
    metadata,
    recordedAt: recordedAtOf(metadata, created(facts.get('created'), name, revision)),
  };
}

function parse(bytes: Uint8Array, stream: string, revision: string, part: string): JsonObject {
  if (bytes.length === 0 && part === 'metadata') return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    throw new UnreadableEventError(stream, revision, `${part} is not JSON (pitfall b12)`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableEventError(stream, revision, `${part} is not an object`);
  }
  return value as JsonObject;
}

/** The server counts in units of 100 ns since 1970. */
function created(ticks: string | undefined, stream: string, revision: string): string {
  if (ticks === undefined || !/^\d+$/.test(ticks)) {
    throw new UnreadableEventError(stream, revision, `no time of recording: ${ticks ?? 'absent'}`);
  }
  return new Date(Number(BigInt(ticks) / TICKS_PER_MS)).toISOString();
}
