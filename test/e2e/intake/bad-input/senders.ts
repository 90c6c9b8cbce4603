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
