import { decoded, type CanonicalMessage, type Decoded, type Decoder, refused } from './decoder.ts';

/** One message of a device: which lengths it may have, and how to read it once the length is known to be right. */
export interface MessageLayout {
  /** In rising order. `any`: at least one byte, content not described by the vendor. */
  readonly lengths: readonly number[] | 'any';
  /** May read only inside the shortest allowed length, unless it asks `view.byteLength` first: that is why it cannot throw. */
  read(view: DataView): Decoded;
}

export function layout(lengths: MessageLayout['lengths'], message: (view: DataView) => CanonicalMessage) {
  return { lengths, read: (view) => decoded(message(view)) } satisfies MessageLayout;
}

/** A message of which only the kind is used. */
export function opaque(
  kind: CanonicalMessage['kind'],
  lengths: MessageLayout['lengths'] = 'any',
): MessageLayout {
  return layout(lengths, () => ({ kind }));
}

/** The decoder of a device whose port says what a message is. */
export function decoderByPort(ports: ReadonlyMap<number, MessageLayout>): Decoder {
  return (fPort, bytes) => {
    const found = fPort === null ? undefined : ports.get(fPort);
    return found === undefined ? unknownPort(fPort) : readMessage(found, viewOf(bytes));
  };
}

export function unknownPort(fPort: number | null): Decoded {
  return refused(
    'unknown-f-port',
    fPort === null ? 'this device needs an fPort' : `no message on fPort ${fPort}`,
  );
}

export function readMessage(message: MessageLayout, view: DataView): Decoded {
  return wrongLength(message.lengths, view.byteLength) ?? message.read(view);
}

export function wrongLength(lengths: MessageLayout['lengths'], actual: number): Decoded | null {
  if (actual === 0) return refused('empty-payload', 'the payload has no bytes');
  if (lengths === 'any' || lengths.includes(actual)) return null;
  const detail = `expected ${lengths.join(' or ')} bytes, found ${actual}`;
  return refused(actual > Math.max(...lengths) ? 'payload-too-long' : 'payload-too-short', detail);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bit 0 is the state on every bay sensor here; the other bits are reserved or mean something else, so they are masked. */
export function bitZero(byte: number): boolean {
  return (byte & 0x01) === 1;
}
