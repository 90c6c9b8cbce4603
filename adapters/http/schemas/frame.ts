import { z } from 'zod';
import { type FrameOutcome } from '../../../application/frames/outcome-meanings.ts';
import { readingOutcomes } from '../../../application/ports/sensor-tables.ts';
import { reference } from './audit.ts';
import { idOutput, instantOutput } from './wire.ts';

const outcomes: readonly [FrameOutcome, ...FrameOutcome[]] = ['waiting', ...readingOutcomes];
export const frameOutcomeOutput = z
  .enum(outcomes)
  .describe('What became of it; `waiting`: it is kept and not handled yet');

export const causedEventOutput = reference
  .extend({ href: z.string().describe('Where the event can be read, with the right to audit') })
  .meta({ id: 'CausedEvent' });

/** Null where the message says nothing, or where it has not been handled yet. */
export const deviceFrameOutput = z
  .object({
    frame_id: idOutput,
    kind: z.string().describe('What the network server calls the event'),
    received_at: instantOutput.describe('By our clock'),
    occurred_at: instantOutput.nullable().describe('When it was sent, by the best clock there is'),
    effective_at: instantOutput
      .nullable()
      .describe('In the order of the device: never before its predecessor'),
    time_source: z.string().nullable(),
    clock_suspect: z.boolean(),
    session: z.string().nullable(),
    f_cnt: z.number().nullable(),
    f_port: z.number().nullable(),
    payload: z.string().describe('base64 as received; empty for none'),
    outcome: frameOutcomeOutput,
    detail: z.string().nullable().describe('A code that says more about the outcome'),
    meaning: z.string().describe('The outcome as a sentence'),
    space_id: idOutput.nullable().describe('The space that the device watched then'),
    decoded: z.record(z.string(), z.unknown()).nullable(),
    decoder_error: z
      .object({ code: z.string(), detail: z.string() })
      .nullable()
      .describe('Of a payload that cannot be decoded: what the decoder of today says'),
    raw: z
      .object({
        network: z.string(),
        times: z
          .object({
            received: z.string(),
            network: z.string().optional(),
            gateway: z.string().optional(),
            ns: z.string().optional(),
          })
          .describe('As the network server wrote them; `received` is our clock'),
        body: z.string().describe('The message, word for word'),
        stream: z.string(),
        revision: z.number(),
      })
      .nullable(),
    missing: z.array(z.string()).describe('What is not kept any more'),
    caused: z.array(causedEventOutput).describe('Events that followed from it'),
  })
  .meta({ id: 'DeviceFrame' });
export type ShownFrame = z.infer<typeof deviceFrameOutput>;
