import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeRecord,
  type FoundRecord,
  MAX_PAYLOAD_BYTES,
  readRecords,
} from '../../../adapters/spool/record.ts';

const payloads = fc.array(fc.string({ unit: 'binary', maxLength: 120 }), { minLength: 1, maxLength: 12 });
const anyByte = fc.integer({ min: 0, max: 255 });

function fileOf(texts: readonly string[]): { file: Buffer; ends: number[] } {
  const records = texts.map((text) => encodeRecord(Buffer.from(text)));
  let end = 0;
  const ends = records.map(({ length }) => (end += length));
  return { file: Buffer.concat(records), ends };
}

/** As the files hold them: half a surrogate pair has no UTF-8. */
const written = (texts: readonly string[]): string[] => texts.map((text) => Buffer.from(text).toString());
const read = (records: readonly FoundRecord[]): string[] => records.map(({ payload }) => payload.toString());

describe('a spool file', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(payloads, (texts) => {
        const { records, damage, torn } = readRecords(fileOf(texts).file);
        expect([read(records), damage, torn]).toEqual([written(texts), [], null]);
      }),
    );
  });

  it('cut anywhere: keeps all records before the cut, and says where the torn one begins', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), (texts, anywhere) => {
        const { ends, file } = fileOf(texts);
        const cut = anywhere % (file.length + 1);
        const whole = ends.filter((end) => end <= cut);
        const { records, damage, torn } = readRecords(file.subarray(0, cut));
        expect(read(records)).toEqual(written(texts).slice(0, whole.length));
        expect(damage).toEqual([]);
        const begin = whole.at(-1) ?? 0;
        expect(torn).toEqual(begin === cut ? null : { from: begin, to: cut });
      }),
      { numRuns: 500 },
    );
  });

  it('with any byte changed: loses the one record that holds it, and reads no wrong one', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.integer({ min: 1, max: 255 }), (texts, anywhere, mask) => {
        const { ends, file } = fileOf(texts);
        const at = anywhere % file.length;
        file.writeUInt8(file.readUInt8(at) ^ mask, at);
        const hit = ends.findIndex((end) => at < end);
        const { records, damage, torn } = readRecords(file);
        expect(read(records)).toEqual(written(texts).filter((_, index) => index !== hit));
        const range = { from: ends[hit - 1] ?? 0, to: ends[hit] };
        expect([...damage, torn]).toEqual(hit === texts.length - 1 ? [range] : [range, null]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('with stretches overwritten or removed: what is left are records that were written, in their order', () => {
    const harm = fc.record({
      at: fc.nat(),
      removed: fc.nat(200),
      bytes: fc.array(anyByte, { maxLength: 60 }),
    });
    fc.assert(
      fc.property(payloads, fc.array(harm, { maxLength: 4 }), (texts, harms) => {
        let { file } = fileOf(texts);
        for (const { at, bytes, removed } of harms) {
          const from = at % (file.length + 1);
          file = Buffer.concat([file.subarray(0, from), Buffer.from(bytes), file.subarray(from + removed)]);
        }
        const rest = written(texts)[Symbol.iterator]();
        for (const text of read(readRecords(file).records)) {
          let candidate = rest.next();
          while (candidate.done !== true && candidate.value !== text) candidate = rest.next();
          expect(candidate.value).toBe(text);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('of any other content holds nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { records, torn } = readRecords(Buffer.from(bytes));
        expect(records).toEqual([]);
        expect(torn).toEqual(bytes.length === 0 ? null : { from: 0, to: bytes.length });
      }),
    );
  });

  it('takes no record that reading would refuse', () => {
    expect(() => encodeRecord(Buffer.alloc(MAX_PAYLOAD_BYTES + 1))).toThrow(RangeError);
  });
});
