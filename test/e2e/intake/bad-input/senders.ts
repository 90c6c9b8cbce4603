import { createHash } from 'node:crypto';
import { type RecordedMessage } from '../../../unit/lorawan/shared-files.ts';
import { type Message } from './field-mutations.ts';

/** A kind of network server: where it posts, and how its messages name a device and themselves. */
export interface Sender {
  readonly name: string;
  readonly messages: readonly RecordedMessage[];
  pathOf(event: string): string;
  /** The same message as it would be of another device, under another id of its own. */
  identified(message: Message, devEui: string, id: string): Message;
  /** The application payload, where it has one. */
  payloadOf(message: Message): { readonly fPort: number; readonly data: string } | null;
  withPayload(message: Message, data: string): Message;
}

export function chirpstackSender(messages: readonly RecordedMessage[]): Sender {
  return {
    name: 'ChirpStack',
    messages,
    pathOf: (event) => `/api/v1/uplink?event=${event}`,
    identified: (message, devEui, id) => ({
      ...message,
      ...('deduplicationId' in message ? { deduplicationId: id } : {}),
      ...('deviceInfo' in message ? { deviceInfo: { ...(message['deviceInfo'] as object), devEui } } : {}),
    }),
    payloadOf: ({ data, fPort }) =>
      typeof data === 'string' && typeof fPort === 'number' ? { data, fPort } : null,
    withPayload: (message, data) => ({ ...message, data }),
  };
}

/** Its messages have no ids: a frame is known by its session and counter. */
export function thingsStackSender(messages: readonly RecordedMessage[]): Sender {
  const uplinkOf = ({ uplink_message: uplink }: Message) =>
    typeof uplink === 'object' && uplink !== null ? (uplink as Message) : null;
  return {
    name: 'The Things Stack',
    messages,
    pathOf: (event) => `/api/v1/ingest/tts/${event}`,
    identified: (message, devEui, id) => {
      const ids = message['end_device_ids'] as Message;
      const key = { session_key_id: createHash('md5').update(id).digest('base64') };
      const withKey = (part: string) =>
        typeof message[part] === 'object' ? { [part]: { ...(message[part] as Message), ...key } } : {};
      return {
        ...message,
        end_device_ids: { ...ids, dev_eui: devEui },
        ...withKey('uplink_message'),
        ...withKey('join_accept'),
      };
    },
    payloadOf: (message) => {
      const { f_port: fPort, frm_payload: data } = uplinkOf(message) ?? {};
      return typeof data === 'string' && typeof fPort === 'number' ? { data, fPort } : null;
    },
    withPayload: (message, data) => ({
      ...message,
      uplink_message: { ...uplinkOf(message), frm_payload: data },
    }),
  };
}
