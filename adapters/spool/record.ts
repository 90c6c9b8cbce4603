import { createHash } from 'node:crypto';

/**
 * Records of a spool file. [F] docs/decisions/0020-disk-spool.md: marker, length, half a SHA-256 over length and payload,
 * payload. Reading never answers a record that was not written.
 */
const MARKER = Buffer.from([0xff, 0x42, 0x4c, 0x31]);
const DIGEST_BYTES = 16;
const HEAD_BYTES = MARKER.length + 4 + DIGEST_BYTES;

/** Far above an append of frames; a length beyond it is damage and not worth reading. */
export const MAX_PAYLOAD_BYTES = 8 * 1_048_576;

/** Throws RangeError for a payload of more than {@link MAX_PAYLOAD_BYTES}. The payload must be UTF-8: it may hold no 0xFF. */
export function encodeRecord(payload: Buffer): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new RangeError(`a record of ${payload.length} bytes`);
  const record = Buffer.allocUnsafe(HEAD_BYTES + payload.length);
  MARKER.copy(record, 0);
  record.writeUInt32BE(payload.length, MARKER.length);
  digest(payload).copy(record, MARKER.length + 4);
  payload.copy(record, HEAD_BYTES);
  return record;
}

export interface FoundRecord {
  readonly payload: Buffer;
  /** Where the record begins, and where the next one does. */
  readonly from: number;
  readonly to: number;
}

export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

export interface ReadRecords {
  readonly records: readonly FoundRecord[];
  /** Between good records. */
  readonly damage: readonly ByteRange[];
  /** Behind the last good record; null when the file ends with it. A record that was being written, or damage. */
  readonly torn: ByteRange | null;
}

/** All good records of a file in their order, whatever has happened to the rest. Total. */
export function readRecords(file: Buffer): ReadRecords {
  const records: FoundRecord[] = [];
  const damage: ByteRange[] = [];
  let goodUntil = 0;
  for (let at = 0; at < file.length;) {
    const record = recordAt(file, at);
    if (record === null) {
      at = next(file, at + 1);
      continue;
    }
    if (record.from > goodUntil) damage.push({ from: goodUntil, to: record.from });
    records.push(record);
    at = goodUntil = record.to;
  }
  return { records, damage, torn: goodUntil < file.length ? { from: goodUntil, to: file.length } : null };
}

function recordAt(file: Buffer, from: number): FoundRecord | null {
  const begin = from + HEAD_BYTES;
  if (begin > file.length || file.compare(MARKER, 0, MARKER.length, from, from + MARKER.length) !== 0)
    return null;
  const to = begin + file.readUInt32BE(from + MARKER.length);
  if (to > file.length || to - begin > MAX_PAYLOAD_BYTES) return null;
  const payload = file.subarray(begin, to);
  return digest(payload).equals(file.subarray(begin - DIGEST_BYTES, begin)) ? { payload, from, to } : null;
}

/** Where the next record may begin: no payload holds the marker's first byte. */
function next(file: Buffer, from: number): number {
  const found = file.indexOf(MARKER, from);
  return found === -1 ? file.length : found;
}

function digest(payload: Buffer): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(payload.length);
  return createHash('sha256').update(length).update(payload).digest().subarray(0, DIGEST_BYTES);
}
