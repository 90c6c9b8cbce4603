import { meaningOf } from '../../../application/frames/outcome-meanings.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { type FrameDecoding } from '../../../application/ports/frame-decoder.ts';
import { type Frame } from '../../../application/sensor-process/frame-input.ts';
import { type KnownReading } from '../../../projections/sensor-readings/queries.ts';
import { type ShownFrame } from '../schemas/frame.ts';

export interface FrameToShow {
  readonly frameId: string;
  /** Null: it waits. */
  readonly reading: KnownReading | null;
  /** Null: it has expired. */
  readonly frame: Frame | null;
  /** By the device's type as it is now; null where it has none. */
  readonly decode: (frame: {
    readonly fPort: number | null;
    readonly payload: string;
  }) => FrameDecoding | null;
  readonly caused: readonly RecordedEvent[];
}

const EXPIRED = 'raw: the message has expired; what was read from it is kept';

export function shownFrame({ caused, decode, frame, frameId, reading }: FrameToShow): ShownFrame {
  const outcome = reading?.outcome ?? 'waiting';
  return {
    frame_id: frameId,
    kind: reading?.kind ?? frame?.kind ?? '',
    received_at: reading?.receivedAt ?? frame?.receivedAt ?? '',
    occurred_at: reading?.occurredAt ?? null,
    effective_at: reading?.effectiveAt ?? null,
    time_source: reading?.timeSource ?? null,
    clock_suspect: reading?.clockSuspect ?? false,
    session: reading?.session ?? frame?.session ?? null,
    f_cnt: reading?.fCnt ?? frame?.fCnt ?? null,
    f_port: reading?.fPort ?? frame?.fPort ?? null,
    payload: reading?.payload ?? frame?.payload ?? '',
    outcome,
    detail: reading?.detail ?? null,
    meaning: meaningOf(outcome),
    space_id: reading?.spaceId ?? null,
    decoded: reading === null ? null : decodedOf(reading),
    decoder_error: outcome === 'undecodable' && reading !== null ? errorOf(reading, decode) : null,
    raw: frame === null ? null : rawOf(frame),
    missing: frame === null ? [EXPIRED] : [],
    caused: caused.map(shownEvent),
  };
}

function decodedOf({ decoded }: KnownReading): ShownFrame['decoded'] {
  return decoded === null ? null : (JSON.parse(decoded) as Record<string, unknown>);
}

/** The table keeps the code; the sentence is the decoder's, asked again. It may know more today. */
function errorOf(reading: KnownReading, decode: FrameToShow['decode']): ShownFrame['decoder_error'] {
  const decoding = decode(reading);
  if (decoding === null || decoding.ok)
    return { code: reading.detail ?? 'undecodable', detail: 'the decoder of then said no more' };
  return { code: decoding.code, detail: decoding.detail };
}

function rawOf({ envelope, network, revision, stream, times }: Frame): ShownFrame['raw'] {
  return { network, times, body: envelope, stream, revision };
}

function shownEvent(event: RecordedEvent): ShownFrame['caused'][number] {
  const occurredAt = event.metadata['occurred_at'];
  return {
    stream: event.stream,
    revision: event.revision,
    event_id: event.id,
    type: event.type,
    occurred_at: typeof occurredAt === 'string' ? occurredAt : event.recordedAt,
    recorded_at: event.recordedAt,
    href: `/api/v1/audit/streams/${event.stream}?from=${event.revision}&limit=1`,
  };
}
