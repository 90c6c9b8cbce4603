import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from './program.ts';

const errorOf = (stderr: string): unknown => (JSON.parse(stderr) as { error: unknown }).error;

describe('wrong use ends with 2 and says what was meant', () => {
  it.each([
    [['devics', 'list-types'], /unknown command 'devics' \(Did you mean devices\?\)/],
    [['devices', 'decod'], /Did you mean decode\?/],
    [['serve', '--rol', 'api'], /Did you mean --role\?/],
    [['serve', '--role', 'apis'], /expected one of all, api, ingest, projector, worker/],
    [['tenant', 'create'], /--name is required/],
    [['tenant', 'suspend', '0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11'], /--reason is required/],
    [['tenant', 'resume', 'x', '--reason', 'test'], /expected the id of a tenant/],
    [
      ['key', 'create', '--tenant', '0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11', '--role', 'boss'],
      /expected one of owner/,
    ],
    [['key', 'revoke', '0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11'], /--reason is required/],
    [['migrate', 'down'], /say --yes/],
    [['stream', 'show', 'nonsense'], /expected a name such as space-/],
    [['projection', 'rebuild', 'nonsense'], /expected all or one of/],
    [['audit', 'state', 'A-01', '--valid-at', '2026-11-22 08:00'], /expected a time with an offset/],
    [['simulate', 'uplink', 'A-01'], /either --occupied or --vacant/],
    [['demo', '--spaces', '7'], /whole number from 8 to 480/],
  ])('%j', async (args, message) => {
    const { status, stderr, stdout } = await run([...args, '--json']);
    expect(errorOf(stderr)).toMatchObject({
      code: 'wrong-use',
      detail: expect.stringMatching(message) as string,
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('without a verb', async () => {
    expect(await run([])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Usage: bayledger') as string,
    });
  });

  it('lists every mistake in the settings at once', async () => {
    const { status, stderr } = await run(['serve'], {
      env: { API_PORT: 'x', DATBASE_URL: 'postgres://x/y' },
    });
    expect(status).toBe(2);
    expect(stderr).toMatch(/API_PORT/);
    expect(stderr).toMatch(/DATBASE_URL/);
    expect(stderr).not.toMatch(/ {4}at /);
  });
});

describe('help', () => {
  it.each(['serve', 'demo', 'tenant create', 'devices decode'])('%s: with an example', async (verb) => {
    const { status, stdout } = await run([...verb.split(' '), '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Example:\\n {2}bayledger ${verb}`));
  });

  it('knows its version', async () => {
    const manifest = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    ) as object;
    expect(manifest).toMatchObject({ version: (await run(['--version'])).stdout.trim() });
  });
});

describe('devices', () => {
  it('lists the types', async () => {
    const { stdout } = await run(['devices', 'list-types', '--json']);
    const types = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(types.map(({ id }) => id)).toContain('nwave-nps405');
    expect(types[0]).toMatchObject({ heartbeat_s: 86_400 });
  });

  it('decodes a frame', async () => {
    const began = performance.now();
    const { status, stdout } = await run([...decode, '--f-port', '1', '--hex', '1f']);
    expect(JSON.parse(stdout)).toEqual({
      kind: 'status',
      occupied: true,
      previousDurationMin: 15,
      previousDurationErrorMin: 0,
    });
    expect(status).toBe(0);
    // Below a second on an idle machine; a test run is none.
    expect(performance.now() - began).toBeLessThan(8_000);
  });

  const decode = ['devices', 'decode', '--type', 'nwave-nps405'];

  it('answers what cannot be decoded with a code, and ends with 1', async () => {
    const { status, stdout } = await run([...decode, '--f-port', '99', '--hex', '1f']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'unknown-f-port' } });
    expect(status).toBe(1);
  });

  it('says with --reading what a frame means for the bay, by thresholds that one may try', async () => {
    const frame = [
      'devices',
      'decode',
      '--type',
      'browan-tbms100',
      '--f-port',
      '102',
      '--hex',
      '00bb340400dc7801',
    ];
    const plain = await run([...frame, '--reading']);
    expect(JSON.parse(plain.stdout)).toMatchObject({ occupancy: 'VACANT', batteryMv: 3600 });
    const patient = await run([...frame, '--reading', '--thresholds', 'vacantAfterMin=5']);
    expect(JSON.parse(patient.stdout)).toMatchObject({ occupancy: null });
    const wrong = await run([...frame, '--reading', '--thresholds', 'occupiedBelowMm=5']);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'invalid-thresholds' } });
    expect(wrong.status).toBe(1);
    expect((await run([...frame, '--thresholds', 'vacantAfterMin=5'])).status).toBe(2);
  });

  describe.each(['adding-a-device', 'onboarding'])('the guide %s', (name) => {
    const guide = readFileSync(new URL(`../../../docs/devices/${name}.md`, import.meta.url), 'utf8');
    const examples = [...guide.matchAll(/^```sh\nbayledger (.*)\n# (.*)\n```$/gm)].map(
      ([, command = '', answer = '']) => [command, answer] as const,
    );

    it('has examples', () => expect(examples.length).toBeGreaterThan(0));
    it.each(examples)('is right: %s', async (command, answer) => {
      expect(JSON.parse((await run(command.split(' '))).stdout)).toEqual(JSON.parse(answer));
    });
  });

  it('decodes lines: one answer for each', async () => {
    const input = [
      '{"type":"nwave-nps405","f_port":1,"hex":"00"}',
      '{"type":"x","f_port":1,"hex":"00"}',
      'no JSON',
    ]
      .concat('{"type":"nwave-nps405","f_port":1,"hex":"0"}')
      .join('\n');
    const { status, stdout } = await run(['devices', 'decode', '--stdin'], { input });
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(answers).toMatchObject([
      { kind: 'status', occupied: false },
      { error: { code: 'unknown-device-type' } },
      { error: { code: 'invalid-line' } },
      { error: { code: 'invalid-hex' } },
    ]);
    expect(status).toBe(0);
  });
});
