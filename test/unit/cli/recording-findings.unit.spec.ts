import { expect, it } from 'vitest';
import { type Findings, RecordingFindings } from '../../../adapters/cli/verbs/recording-findings.ts';
import { readChirpstack } from '../../../adapters/lorawan/chirpstack.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { T0, uplinkBody } from '../sensor-process/car-park.ts';

const OURS = addSeconds(T0, 100_000);
const DEVICE = '00000000000000aa';

interface Line {
  readonly atS: number;
  readonly fCnt: number;
  readonly event?: string;
  readonly devAddr?: string;
  readonly id?: string;
  readonly body?: object;
}

function findingsOf(lines: readonly Line[], receivedAt: Instant = OURS): Findings {
  const findings = new RecordingFindings(receivedAt);
  for (const [
    line,
    { atS, body, devAddr = '01020304', event = 'up', fCnt, id = `${line}` },
  ] of lines.entries()) {
    const parsed = {
      ...uplinkBody({ devEui: DEVICE, occupied: true, atS, fCnt }),
      deduplicationId: id,
      devAddr,
      ...body,
    };
    const reading = readChirpstack(event, parsed);
    if (!reading.ok) throw new Error(JSON.stringify(reading.rejection));
    findings.look({ ok: true, line, event, body: JSON.stringify(parsed), message: reading.message });
  }
  return findings.all;
}

const NOTHING = {
  second_deliveries: 0,
  radio_repeats: 0,
  joins: 0,
  rejoins: 0,
  counter_resets: 0,
  out_of_order: 0,
  clock_against_counter: 0,
  lost: 0,
  wrong_clocks: { gateway_off: 0, never_set: 0, ahead: 0, none: 0 },
};

it('an orderly recording has nothing to tell', () => {
  const lines = [1, 2, 3].map((n) => ({ atS: 3_600 * n, fCnt: n }));
  expect(findingsOf(lines)).toEqual({ ...NOTHING, kinds: { up: 3 } });
});

it.each<[string, readonly Line[], Partial<Findings>]>([
  [
    'a delivery twice',
    [
      { atS: 10, fCnt: 1, id: 'x' },
      { atS: 10, fCnt: 1, id: 'x' },
    ],
    { second_deliveries: 1 },
  ],
  [
    'a frame by two gateways',
    [
      { atS: 10, fCnt: 1 },
      { atS: 12, fCnt: 1 },
    ],
    { radio_repeats: 1 },
  ],
  [
    'a frame that comes after its successor',
    [
      { atS: 900, fCnt: 2 },
      { atS: 10, fCnt: 1 },
    ],
    { out_of_order: 1 },
  ],
  [
    'a join and the counter from 0',
    [
      { atS: 10, fCnt: 800 },
      { atS: 900, fCnt: 0, event: 'join', devAddr: '0a0a0a0a' },
      { atS: 990, fCnt: 0, devAddr: '0a0a0a0a' },
    ],
    { joins: 1, rejoins: 1 },
  ],
  [
    'another session without its join',
    [
      { atS: 10, fCnt: 8 },
      { atS: 900, fCnt: 0, devAddr: '0b0b0b0b' },
    ],
    { rejoins: 1 },
  ],
  [
    'a counter that begins anew',
    [
      { atS: 10, fCnt: 800 },
      { atS: 9_000, fCnt: 0 },
    ],
    { counter_resets: 1 },
  ],
  [
    'frames that did not come',
    [
      { atS: 10, fCnt: 1 },
      { atS: 900, fCnt: 5 },
    ],
    { lost: 3 },
  ],
  [
    'a clock that went back',
    [
      { atS: 900, fCnt: 1 },
      { atS: 890, fCnt: 2 },
    ],
    { clock_against_counter: 1 },
  ],
  [
    'a clock ahead of ours',
    [{ atS: 200_000, fCnt: 1 }],
    { wrong_clocks: { ...NOTHING.wrong_clocks, ahead: 1 } },
  ],
  [
    'no time at all',
    [{ atS: 10, fCnt: 1, body: { time: null, rxInfo: [] } }],
    { wrong_clocks: { ...NOTHING.wrong_clocks, none: 1 } },
  ],
  [
    'a clock that was never set',
    [{ atS: 10, fCnt: 1, body: { time: '1980-01-06T00:00:10Z' } }],
    { wrong_clocks: { ...NOTHING.wrong_clocks, never_set: 1 } },
  ],
])('tells of %s', (_what, lines, expected) => {
  const { kinds: _kinds, ...findings } = findingsOf(lines);
  expect(findings).toEqual({ ...NOTHING, ...expected });
});

it('names thirty kinds of events and counts the others', () => {
  const lines = Array.from({ length: 50 }, (_, n) => ({ atS: n, fCnt: n, event: `kind${n}` }));
  const { kinds } = findingsOf(lines);
  expect(Object.keys(kinds)).toHaveLength(31);
  expect(kinds['other']).toBe(20);
});
