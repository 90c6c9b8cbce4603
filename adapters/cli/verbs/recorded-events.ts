import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type NetworkMessage, type NetworkMessageError } from '../../../application/ports/network-message.ts';
import { readChirpstack } from '../../lorawan/chirpstack.ts';

/** One line of a recording: `{event, body}`; other members are for people. */
export type RecordedLine =
  | {
      readonly ok: true;
      readonly line: number;
      readonly event: string;
      /** The body as text, as a network server would have posted it. */
      readonly body: string;
      readonly message: NetworkMessage;
    }
  | { readonly ok: false; readonly line: number; readonly errors: readonly NetworkMessageError[] };

/** The lines of an NDJSON file, packed (`.gz`) or not, one after the other: a year of events need not fit into memory. */
export async function* recordedLines(file: string): AsyncGenerator<RecordedLine> {
  const raw = createReadStream(file);
  const unpacked = file.endsWith('.gz') ? createGunzip() : null;
  // An error of the file would otherwise leave the reader waiting for ever.
  raw.on('error', (error: Error) => unpacked?.destroy(error));
  const input = unpacked === null ? raw : raw.pipe(unpacked);
  let failure: unknown = null;
  input.on('error', (error: Error) => {
    failure = error;
  });
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() !== '') yield readLine(line, text);
  }
  if (failure !== null) throw failure instanceof Error ? failure : new Error(JSON.stringify(failure));
}

function readLine(line: number, text: string): RecordedLine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refused(line, '', 'invalid-json', 'the line is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null)
    return refused(line, '', 'invalid-type', 'expected an object');
  const { event, body } = parsed as { event?: unknown; body?: unknown };
  if (typeof event !== 'string' || event === '')
    return refused(line, '/event', 'required', 'expected the event’s name');
  const reading = readChirpstack(event, body);
  if (!reading.ok) {
    const errors = reading.rejection.errors.map((error) => ({ ...error, pointer: `/body${error.pointer}` }));
    return { ok: false, line, errors };
  }
  return { ok: true, line, event, body: JSON.stringify(body), message: reading.message };
}

function refused(line: number, pointer: string, code: string, message: string): RecordedLine {
  return { ok: false, line, errors: [{ pointer, code, message }] };
}
