import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readThingsStack } from '../../../adapters/lorawan/things-stack.ts';

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('', '0004A30B001C0530', 'EAMB', '01497ECC'),
);
const some = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) =>
  fc.record(model, { requiredKeys: [] });

const ids = some({ device_id: value, application_ids: value, dev_eui: value, dev_addr: value });
const uplink = some({
  session_key_id: value,
  f_port: value,
  f_cnt: value,
  frm_payload: value,
  rx_metadata: fc.oneof(value, fc.array(some({ time: value, rssi: value, snr: value }))),
  received_at: value,
  app_s_key: value,
  version_ids: value,
  attributes: value,
});
/** Bodies that look right from afar: the keys that are read, with anything in them, or nothing. */
const nearly = some({
  end_device_ids: fc.oneof(ids, value),
  received_at: value,
  simulated: value,
  uplink_message: fc.oneof(uplink, value),
  join_accept: fc.oneof(uplink, value),
  service_data: value,
});

describe('any JSON value', () => {
  it('is a message or a rejection with a place, never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom('', 'up', 'join'), fc.string()),
        fc.oneof(fc.jsonValue(), nearly),
        (path, body) => {
          const reading = readThingsStack(path, body);
          if (!reading.ok) {
            expect(reading.rejection.errors).not.toEqual([]);
            return;
          }
          expect(reading.message.devEui ?? '0'.repeat(16)).toMatch(/^[0-9a-f]{16}$/);
          expect(reading.message.kind).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('however deep', () => {
    const deep = `{"end_device_ids":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(readThingsStack('', JSON.parse(deep)).ok).toBe(false);
  });
});
