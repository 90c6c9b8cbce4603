import { createInterface } from 'node:readline';
import { deviceTypeByAlias, deviceTypes } from '../../lorawan/device-types.ts';
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
  }));
  await output.list(types, COLUMNS, 'no types');
  return 0;
};

/** Answers are JSON whoever asks: they are what goes into tests and reports. */
export const devicesDecode: Verb = async (invocation) => {
  const { answers, output } = invocation;
  if (answers.flag('stdin')) return decodeLines(invocation);
  const fPort = answers.number('f-port', 0, 255);
  const answer = decode(answers.required('type'), fPort ?? null, answers.required('hex'));
  await output.line(JSON.stringify(answer));
  return 'error' in answer ? 1 : 0;
};

/** A line that cannot be decoded has its answer like any other: the number of lines out is that of the lines in. */
async function decodeLines({ output }: Invocation): Promise<0> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() !== '') await output.line(JSON.stringify(decodeLine(line)));
  }
  return 0;
}

function decodeLine(line: string): object {
  const request = parsed(line);
  if (request === undefined) return refusal('invalid-line', 'expected {"type", "f_port", "hex"}');
  const { type, f_port: fPort = null, hex } = request;
  if (typeof type !== 'string') return refusal('invalid-line', 'type: expected a text');
  if (typeof hex !== 'string') return refusal('invalid-line', 'hex: expected a text');
  if (fPort !== null && !(typeof fPort === 'number' && Number.isInteger(fPort) && fPort >= 0 && fPort <= 255))
    return refusal('invalid-line', 'f_port: expected 0 to 255, or null');
  try {
    return decode(type, fPort, hex);
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

function decode(typeName: string, fPort: number | null, hexText: string): object {
  const type = deviceTypeByAlias(typeName);
  if (type === null) {
    const known = deviceTypes.map(({ id }) => id).join(', ');
    return refusal('unknown-device-type', `${typeName}: known are ${known}`);
  }
  const hex = hexText.replaceAll(/[\s:]/g, '');
  if (!/^([0-9a-fA-F]{2})*$/.test(hex)) throw new WrongUse(`${hexText}: expected pairs of hex digits`);
  const decoded = type.decode(fPort, Uint8Array.from(Buffer.from(hex, 'hex')));
  return decoded.ok ? decoded.message : refusal(decoded.error.code, decoded.error.detail);
}

function refusal(code: string, detail: string): object {
  return { error: { code, detail } };
}
