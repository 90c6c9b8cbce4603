import { expect } from 'vitest';
import { type Decoded, type DecodeErrorCode } from '../../../adapters/lorawan/decoder.ts';
import { type DeviceType } from '../../../adapters/lorawan/device-type.ts';

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** A case of a table: what it is, port, frame in hex, and the message or the code of the error. */
export type Row = readonly [
  string,
  number | null,
  string,
  Readonly<Record<string, unknown>> | DecodeErrorCode,
];

export function expectRow(type: DeviceType, [, fPort, hex, expected]: Row): void {
  const found = type.decode(fPort, bytesOf(hex));
  if (typeof expected === 'string') expectError(found, expected);
  else expect(found).toEqual({ ok: true, message: expected });
}

export function expectError(found: Decoded, code: DecodeErrorCode): void {
  expect(found).toEqual({ ok: false, error: { code, detail: expect.stringMatching(/./) as string } });
}
