import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { readEventMessage, readTopic } from '../../../adapters/mqtt/event-message.ts';

const TOPIC = 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/00000000000000aa/event/up';
const UP = {
  deduplicationId: 'd',
  deviceInfo: { devEui: '00000000000000AA' },
  fCnt: 1,
  fPort: 1,
  data: 'AQ==',
};
const read = (payload: string | Uint8Array, topic = TOPIC) =>
  readEventMessage(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, readChirpstack);

describe('a topic', () => {
  it.each([
    [TOPIC, '00000000000000aa', 'up'],
    ['eu868/application/x/device/00000000000000AA/event/join', '00000000000000aa', 'join'],
    ['application/device/device/00000000000000aa/event/of-the-future', '00000000000000aa', 'of-the-future'],
    ['application/x/device/none/event/log', null, 'log'],
    ['up', null, 'up'],
    ['application/x/device/00000000000000aa/event/', '00000000000000aa', null],
    ['', null, null],
    [`a/${'x'.repeat(65)}`, null, null],
  ])('%s names device and event', (topic, devEui, kind) => {
    expect(readTopic(topic)).toEqual({ devEui, kind });
  });
});

describe('a message', () => {
  it('of ChirpStack is read as over HTTP, and kept word for word', () => {
    const body = ` ${JSON.stringify(UP)}\n`;
    const { message, ...rest } = read(body);
    expect(rest).toEqual({ kind: 'up', body, problem: null });
    expect(message).toEqual((readChirpstack('up', UP) as { message: unknown }).message);
  });

  it('that names no device belongs to the one of its topic', () => {
    expect(read('{}', TOPIC.replace('up', 'log'))).toMatchObject({
      kind: 'log',
      message: { devEui: '00000000000000aa' },
    });
  });

  // ChirpStack's own encoding of an uplink: field 1 the deduplication id, field 2 the time, …
  const protobuf = Buffer.concat([
    Buffer.from([0x0a, 0x24]),
    Buffer.from('3b241101-e2bb-4255-8caf-4136c566a962'),
    Buffer.from([0x12, 0x0c, 0x08, 0xb6, 0xc9, 0x9d, 0xcb, 0x06, 0x10, 0xc3, 0xd6, 0x8a, 0xc2, 0x02]),
  ]);

  it('in Protobuf is kept as it is, with the name of the setting', () => {
    const { body, kind, message, problem } = read(protobuf);
    expect([kind, message.kind, message.devEui]).toEqual(['unreadable', 'unreadable', '00000000000000aa']);
    expect(problem).toMatch(/Protobuf.*chirpstack\.toml.*\[integration\.mqtt\].*json=true/);
    expect(JSON.parse(body)).toEqual({
      topic: TOPIC,
      problem,
      bytes: protobuf.length,
      payload_base64: protobuf.toString('base64'),
    });
  });

  it.each([
    ['nothing', '', /not valid JSON/],
    ['text', 'hello', /not valid JSON/],
    ['half a message', '{"deviceInfo":', /not valid JSON/],
    ['no device', '{}', /\/deviceInfo/],
    ['a wrong EUI', '{"deviceInfo":{"devEui":"1"}}', /\/deviceInfo\/devEui/],
    ['wrong base64', JSON.stringify({ ...UP, data: '***' }), /\/data/],
    ['a list', '[]', /expected/i],
    ['too much', JSON.stringify({ ...UP, padding: 'x'.repeat(65_536) }), /64 KiB/],
  ])('that is %s is kept, and says what is wrong', (_name, payload, problem) => {
    const found = read(payload);
    expect(found.kind).toBe('unreadable');
    expect(found.problem).toMatch(problem);
    expect(found.body.length).toBeLessThan(100_000);
  });

  it('on a topic that names no event is kept', () => {
    expect(read(JSON.stringify(UP), 'a/b/').problem).toMatch(/topic/);
  });

  it('of any bytes, on any topic, is one or the other', () => {
    const topic = fc.oneof(fc.constant(TOPIC), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(
        topic,
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (name, payload) => {
          const { kind, problem } = read(payload, name);
          expect(kind === 'unreadable').toBe(problem !== null);
        },
      ),
    );
  });
});
