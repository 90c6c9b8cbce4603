import { readEvent } from '../../domain/catalogue/read-event.ts';
import { type FrameReceived } from '../../domain/frames/events.ts';
import { type Instant, parseInstant } from '../../domain/time/instant.ts';
import { type RecordedEvent } from '../ports/event-store/events.ts';
import { parseStreamName, type StreamName } from '../ports/event-store/stream-name.ts';

/** A frame of the evidence log, with the place where it is kept. */
export interface Frame {
  readonly tenantId: string;
  readonly frameId: string;
  readonly devEui: string | null;
  readonly network: string;
  readonly kind: string;
  /** As in the message: a device address or a session key id. */
  readonly session: string | null;
  readonly fCnt: number | null;
  readonly fPort: number | null;
  readonly payload: string;
  readonly times: FrameReceived['times'];
  readonly receivedAt: Instant;
  readonly envelope: string;
  readonly stream: StreamName;
  readonly revision: number;
}

export type FrameReading =
  | { readonly ok: true; readonly frame: Frame }
  | { readonly ok: false; readonly frame: Frame; readonly problem: string };

/**
 * Total: an event that is no frame, or one that this program is too old for, gives a frame that says nothing, so that
 * it has its row and holds up nobody.
 */
export function readFrame(recorded: RecordedEvent): FrameReading {
  const version = recorded.metadata['schema_version'];
  const reading = readEvent(recorded.type, recorded.data, typeof version === 'number' ? version : 1);
  if (!reading.ok) {
    return { ok: false, frame: unreadable(recorded), problem: `${reading.problem}: ${reading.detail}` };
  }
  if (reading.event.type !== 'FrameReceived') {
    return { ok: false, frame: unreadable(recorded), problem: `unexpected type: ${recorded.type}` };
  }
  const data = reading.event.data;
  return {
    ok: true,
    frame: {
      tenantId: tenantOf(recorded.stream),
      frameId: data.frame_id,
      devEui: data.dev_eui ?? null,
      network: data.network,
      kind: data.kind,
      session: data.session ?? null,
      fCnt: data.f_cnt ?? null,
      fPort: data.f_port ?? null,
      payload: data.payload,
      times: data.times,
      // The intake's clock, written in the one stored form; the store's own where another program wrote the frame.
      receivedAt: isStored(data.times.received) ? data.times.received : (recorded.recordedAt as Instant),
      envelope: data.envelope,
      stream: recorded.stream,
      revision: recorded.revision,
    },
  };
}

/** The tenant comes from the stream, that is from the credential the frame came with (rule U16). */
export function tenantOf(stream: StreamName): string {
  const hex = parseStreamName(stream)?.tenant ?? '0'.repeat(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function unreadable(recorded: RecordedEvent): Frame {
  return {
    tenantId: tenantOf(recorded.stream),
    frameId: recorded.id,
    devEui: null,
    network: 'unknown',
    kind: 'unreadable',
    session: null,
    fCnt: null,
    fPort: null,
    payload: '',
    times: { received: recorded.recordedAt },
    receivedAt: recorded.recordedAt as Instant,
    envelope: '',
    stream: recorded.stream,
    revision: recorded.revision,
  };
}

function isStored(text: string): text is Instant {
  return parseInstant(text) === text && text >= '2000';
}
