import { type FrameReceived } from '../../domain/frames/events.ts';
import { type Actor } from '../../domain/event/metadata.ts';
import { epochMs, type Instant, parseInstant } from '../../domain/time/instant.ts';
import { type JsonObject } from '../../domain/canonical/json.ts';
import { frameId } from '../ids/ids.ts';
import { type NewEvent } from '../ports/event-store/events.ts';
import { type NetworkMessage } from '../ports/network-message.ts';

/** A message of a network server, read and authenticated. */
export interface ReceivedMessage {
  readonly network: 'chirpstack' | 'tts';
  /** What the server calls the event: `up`, `join`, … */
  readonly kind: string;
  /** The message as it came, as text: kept word for word. */
  readonly body: string;
  readonly message: NetworkMessage;
  readonly receivedAt: Instant;
  /** Whose key it came with. */
  readonly actor: Actor;
}

export const MAX_KIND_LENGTH = 64;
const MAX_TEXT = 200;
const SKEW_MS = 120_000;

/** The same message delivered twice has the same key: the server's own id, else the hash of the body (rule U2). */
export function deliveryKeyOf(received: ReceivedMessage, hashBody: (body: string) => string): string {
  const { deduplicationId } = received.message;
  const usable = deduplicationId !== null && deduplicationId.isWellFormed();
  return usable && deduplicationId.length <= MAX_TEXT ? deduplicationId : hashBody(received.body);
}

/** The evidence, not yet decoded. Total: whatever a network server may say fits, cut where it is too long. */
export function frameReceived(
  tenantId: string,
  received: ReceivedMessage,
  deliveryKey: string,
): FrameReceived {
  const { message, network, receivedAt } = received;
  const kind = text(received.kind, MAX_KIND_LENGTH);
  const { network: sent, gateway, ns } = message.times;
  return {
    frame_id: frameId(tenantId, kind, deliveryKey),
    network,
    kind,
    delivery_key: deliveryKey,
    payload: message.payload,
    envelope: received.body.isWellFormed() ? received.body : received.body.toWellFormed(),
    times: {
      received: receivedAt,
      ...(sent === null ? {} : { network: sent }),
      ...(gateway === null ? {} : { gateway }),
      ...(ns === null ? {} : { ns }),
    },
    ...(message.devEui === null ? {} : { dev_eui: message.devEui }),
    ...(message.session === null ? {} : { session: text(message.session, MAX_TEXT) }),
    ...(message.fCnt === null ? {} : { f_cnt: message.fCnt }),
    ...(message.fPort === null ? {} : { f_port: message.fPort }),
    ...(isSuspect(sent, receivedAt) ? { clock_suspect: true } : {}),
  };
}

/** The event around it. Its id is new at each reception; what makes two receptions one is the frame id inside. */
export function frameEvent(
  id: string,
  tenantId: string,
  data: FrameReceived,
  received: ReceivedMessage,
  softwareVersion: string,
): NewEvent {
  const metadata: JsonObject = {
    tenant_id: tenantId,
    schema_version: 1,
    occurred_at: received.receivedAt,
    decided_at: received.receivedAt,
    actor: { type: received.actor.type, id: received.actor.id },
    command_id: id,
    $correlationId: data.frame_id,
    software_version: softwareVersion,
  };
  return { id, type: 'FrameReceived', data, metadata };
}

/** A wrong clock flags the frame, it never stops the intake. */
function isSuspect(sent: string | null, receivedAt: Instant): boolean {
  const instant = sent === null ? null : parseInstant(sent);
  return instant !== null && Math.abs(epochMs(instant) - epochMs(receivedAt)) > SKEW_MS;
}

/** Cutting may part a surrogate pair; no store takes half of one. */
function text(value: string, max: number): string {
  return value.slice(0, max).toWellFormed();
}
