import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { asFailure, Failure, WrongUse } from '../../../adapters/cli/failure.ts';
import { Output, table } from '../../../adapters/cli/output.ts';
import { parseDuration, readId } from '../../../adapters/cli/readers.ts';
import { Loop } from '../../../adapters/cli/system/loop.ts';
import { withoutPasswords } from '../../../adapters/telemetry/index.ts';

class Kept extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

describe('failures', () => {
  it('have a code and a sentence, whatever was thrown', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(asFailure(refused)).toMatchObject({ code: 'unreachable', exitCode: 1 });
    expect(asFailure(new Error('oops'))).toMatchObject({ code: 'internal-error', message: 'oops' });
    expect(asFailure(Object.assign(new Error('x'), { code: 'store-unavailable' })).code).toBe(
      'store-unavailable',
    );
    expect(asFailure(new AggregateError([new Error('first')], ''))).toMatchObject({ message: 'first' });
    expect(asFailure('text')).toMatchObject({ message: 'text' });
    expect(new WrongUse('x').exitCode).toBe(2);
  });

  it('are JSON for machines and a line for people', () => {
    for (const [json, expected] of [
      [true, '{"error":{"code":"not-found","detail":"no such thing","id":1}}\n'],
      [false, 'bayledger: no such thing (not-found)\n'],
    ] as const) {
      const [out, err] = [new Kept(), new Kept()];
      new Output(json, { out, err }).failure(new Failure('not-found', 'no such thing', { id: 1 }));
      expect([out.text, err.text]).toEqual(['', expected]);
    }
  });
});

describe('output', () => {
  it('puts lists into columns', () => {
    expect(
      table(
        [
          { a: 'long value', b: 1 },
          { a: 'x', b: null },
        ],
        ['a', 'b'],
      ),
    ).toEqual(['a           b', 'long value  1', 'x           -']);
  });

  it('keeps notes from machines', () => {
    const [out, err] = [new Kept(), new Kept()];
    new Output(true, { out, err }).note('by the way');
    expect(err.text).toBe('');
  });
});

describe('what is typed', () => {
  it('reads durations and ids', () => {
    expect(['20m', '1h', '2d', '30s', '1w', '20', ''].map(parseDuration)).toEqual([
      1_200_000,
      3_600_000,
      172_800_000,
      30_000,
      null,
      null,
      null,
    ]);
    expect(readId('0B6B1F0E6B0F5D529A538C1F1D0A7C11')).toBe('0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11');
    expect(readId('A-07')).toBeNull();
  });
});

describe('a loop', () => {
  it('goes on after failures, says since when it fails, and ends with its signal', async () => {
    const stop = new AbortController();
    const pauses: number[] = [];
    let round = 0;
    const loop = new Loop(
      { name: 'test', signal: stop.signal, onFailure: (_, retryInMs) => pauses.push(retryInMs) },
      () => {
        round += 1;
        if (round <= 2) return Promise.reject(new Error(`round ${round}`));
        stop.abort();
        return Promise.resolve();
      },
    );
    const running = loop.run();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(loop.state).toMatchObject({ failure: 'round 1', failingSince: expect.any(Number) as number });
    await running;
    expect(loop.state).toMatchObject({ failure: null, failingSince: null });
    expect(pauses).toEqual([250, 500]);
  });
});

describe('the log', () => {
  it('shows no passwords', () => {
    expect(withoutPasswords('connect postgres://user:se%2Fcret@host/db failed')).toBe(
      'connect postgres://user:***@host/db failed',
    );
  });
});
