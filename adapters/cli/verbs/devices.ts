import { createInterface } from 'node:readline';
import { type CanonicalMessage } from '../../lorawan/decoder.ts';
import { type DeviceType } from '../../lorawan/device-type.ts';
import { deviceTypeByAlias, deviceTypes } from '../../lorawan/device-types.ts';
import { meaningOf } from '../../lorawan/frame-decoder.ts';
import { type ThresholdSettings } from '../../lorawan/occupancy-thresholds.ts';
import { readingOf } from '../../lorawan/reading.ts';
import { WrongUse } from '../failure.ts';
import { type Invocation, type Verb } from '../verb.ts';

const COLUMNS = ['id', 'vendor', 'model', 'firmware', 'kind', 'heartbeat_s'];

export const devicesListTypes: Verb = async ({ output }) => {
  const types = deviceTypes.map((type) => ({
    id: type.id,
    vendor: type.vendor,
    model: type.model,
    firmware: type.firmware,
    kind: type.kind,
    heartbeat_s: type.heartbeatS,
    aliases: type.aliases,
    decoder_version: type.decoderVersion,
    simulated: type.encodeUplink !== undefined,
    thresholds: type.thresholds ?? null,
  }));
  await output.list(types, COLUMNS, 'no types');
  return 0;
};

/** Answers are JSON whoever asks: they are what goes into tests and reports. */
export const devicesDecode: Verb = async (invocation) => {
  const { answers, output } = invocation;
  if (answers.flag('stdin')) return decodeLines(invocation);
  const fPort = answers.number('f-port', 0, 255);
  const answer = decode(
    { type: answers.required('type'), fPort: fPort ?? null, hex: answers.required('hex') },
    viewOf(invocation),
  );
  await output.line(JSON.stringify(answer));
  return 'error' in answer ? 1 : 0;
};

interface RawFrame {
  readonly type: string;
  readonly fPort: number | null;
  readonly hex: string;
}

/** As the device says it, or as the sensor process takes it. */
type View = 'message' | { readonly thresholds: ThresholdSettings };

function viewOf({ answers }: Invocation): View {
  const list = answers.text('thresholds');
  if (!answers.flag('reading')) {
    if (list !== undefined) throw new WrongUse('--thresholds is for --reading');
    return 'message';
  }
  const pairs = (list ?? '').split(',').filter((pair) => pair !== '');
  return { thresholds: Object.fromEntries(pairs.map(thresholdOf)) };
}

function thresholdOf(pair: string): [string, number] {
  const [, name, number] = /^\s*([A-Za-z]+)=(\d{1,9})\s*$/.exec(pair) ?? [];
  if (name === undefined) throw new WrongUse(`--thresholds ${pair}: expected name=number`);
  return [name, Number(number)];
}

/** A line that cannot be decoded has its answer like any other: the number of lines out is that of the lines in. */
async function decodeLines(invocation: Invocation): Promise<0> {
  const view = viewOf(invocation);
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== '') await invocation.output.line(JSON.stringify(decodeLine(line, view)));
  }
  return 0;
}

function decodeLine(line: string, view: View): object {
  const request = parsed(line);
  if (request === undefined) return refusal('invalid-line', 'expected {"type", "f_port", "hex"}');
  const { type, f_port: fPort = null, hex } = request;
  if (typeof type !== 'string') return refusal('invalid-line', 'type: expected a text');
  if (typeof hex !== 'string') return refusal('invalid-line', 'hex: expected a text');
  if (fPort !== null && !(typeof fPort === 'number' && Number.isInteger(fPort) && fPort >= 0 && fPort <= 255))
    return refusal('invalid-line', 'f_port: expected 0 to 255, or null');
  try {
    return decode({ type, fPort, hex }, view);
  } catch (error) {
    if (error instanceof WrongUse) return refusal('invalid-hex', error.message);
    throw error;
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function decode({ type: name, fPort, hex: text }: RawFrame, view: View): object {
  const type = deviceTypeByAlias(name);
  if (type === null) {
    const known = deviceTypes.map(({ id }) => id).join(', ');
    return refusal('unknown-device-type', `${name}: known are ${known}`);
  }
  const hex = text.replaceAll(/[\s:]/g, '');
  if (!/^([0-9a-fA-F]{2})*$/.test(hex)) throw new WrongUse(`${text}: expected pairs of hex digits`);
  const decoded = type.decode(fPort, Uint8Array.from(Buffer.from(hex, 'hex')));
  if (!decoded.ok) return refusal(decoded.error.code, decoded.error.detail);
  return view === 'message' ? decoded.message : readAs(type, decoded.message, view.thresholds);
}

function readAs(type: DeviceType, message: CanonicalMessage, thresholds: ThresholdSettings): object {
  const meaning = meaningOf(type, thresholds);
  return meaning.ok ? readingOf(message, meaning.type) : refusal('invalid-thresholds', meaning.detail);
}

function refusal(code: string, detail: string): object {
  return { error: { code, detail } };
}
