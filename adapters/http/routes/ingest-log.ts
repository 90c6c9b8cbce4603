import { z } from 'zod';
import { meaningOf } from '../../../application/frames/outcome-meanings.ts';
import { waitingFrames } from '../../../application/frames/waiting-frames.ts';
import { type Frame } from '../../../application/sensor-process/frame-input.ts';
import { type Arrived, manyArrived } from '../../../projections/intake-log/queries.ts';
import { keyIsBehind, pageOf } from '../../../projections/reading/page.ts';
import { framesHandledUpTo, manyReadingsOfFrames } from '../../../projections/sensor-readings/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { frameOutcomeOutput } from '../schemas/frame.ts';
import { devEuiInput, idOutput, instantOutput, listOf, listQuery } from '../schemas/wire.ts';

const arrivalOutput = z
  .object({
    received_at: instantOutput,
    accepted: z.boolean(),
    dev_eui: z.string().nullable(),
    frame_id: idOutput.nullable().describe('Of a message that was accepted'),
    kind: z.string().nullable().describe('What the network server calls the event'),
    outcome: frameOutcomeOutput.nullable().describe('What became of an accepted message'),
    space_id: idOutput.nullable(),
    status: z.number().nullable().describe('The answer to a message that was refused'),
    code: z.string().nullable().describe('Why it was refused, as in the documentation of problems'),
    detail: z.string().nullable(),
    meaning: z.string().nullable().describe('The outcome as a sentence'),
    path: z.string().nullable().describe('Where a refused message was sent to'),
    key_id: z.string().nullable().describe('With which key a refused message came'),
    bytes: z.number().nullable(),
  })
  .meta({ id: 'Arrival' });
type ShownArrival = z.infer<typeof arrivalOutput>;

const logQuery = listQuery.extend({
  dev_eui: devEuiInput.optional(),
  rejected: z.enum(['true', 'false']).default('false').describe('`true`: only messages that were refused'),
});

/** One that waits for the sensor process, beside those that are in the tables. */
type Entry =
  Arrived | { readonly kind: 'waiting'; readonly at: string; readonly id: string; readonly frame: Frame };

/** Why does nothing arrive? */
export function ingestLogRoutes(api: Api, dependencies: HttpDependencies): void {
  api.get(
    '/ingest/log',
    {
      config: { permission: 'analyse' },
      schema: {
        operationId: 'readIngestLog',
        tags: ['ingest'],
        summary: 'What came to the intake, the newest first',
        description:
          'Messages that were accepted, with what became of them, and messages that were refused, with the reason. Of ' +
          'refused ones the newest thousand are kept, for seven days. A message with a key that nobody knows is in ' +
          'no tenant’s log.',
        querystring: logQuery,
        response: { 200: listOf(arrivalOutput) },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const { now, store } = dependencies;
      const { database } = dependencies.read;
      const { dev_eui: devEui, rejected, ...rest } = request.query;
      const page = { ...rest, order: 'desc' as const };
      const rejectedOnly = rejected === 'true';
      // In this order: a message that is handled in between is in the table, and not missing in both.
      const handledUpTo = await framesHandledUpTo(database);
      const isWanted = (frame: Frame): boolean => devEui === undefined || frame.devEui === devEui;
      const waiting = rejectedOnly
        ? []
        : (await waitingFrames(store, tenantId, handledUpTo, now(), isWanted)).frames;
      const arrived = await manyArrived(database, { tenantId, devEui, rejectedOnly }, page);
      const ids = [...new Set(waiting.map(({ frameId }) => frameId))];
      const handled = ids.length === 0 ? new Map() : await manyReadingsOfFrames(database, tenantId, ids);
      const entries = new Map<string, Entry>(arrived.map((one) => [one.id, one]));
      for (const frame of waiting) {
        const { frameId: id, receivedAt: at } = frame;
        if (!keyIsBehind([at, id], page) || handled.has(id) || entries.has(id)) continue;
        entries.set(id, { kind: 'waiting', at, id, frame });
      }
      const sorted = [...entries.values()].sort((a, b) => (keyOf(a).join(' ') < keyOf(b).join(' ') ? 1 : -1));
      const { items, nextCursor } = pageOf(sorted, page.limit, keyOf, shown);
      return { items: [...items], next_cursor: nextCursor };
    },
  );
}

const keyOf = ({ at, id }: Entry): readonly string[] => [at, id];

const NOTHING: Omit<ShownArrival, 'received_at' | 'accepted'> = {
  dev_eui: null,
  frame_id: null,
  kind: null,
  outcome: null,
  space_id: null,
  status: null,
  code: null,
  detail: null,
  meaning: null,
  path: null,
  key_id: null,
  bytes: null,
};

function shown(entry: Entry): ShownArrival {
  const { at } = entry;
  if (entry.kind === 'refused') {
    const { bytes, code, detail, devEui, keyId, path, status } = entry.refusal;
    const refused = { status, code, detail, path, bytes, key_id: keyId, dev_eui: devEui };
    return { ...NOTHING, ...refused, received_at: at, accepted: false };
  }
  if (entry.kind === 'waiting') {
    const { devEui, frameId, kind } = entry.frame;
    const outcome = 'waiting' as const;
    const waiting = { dev_eui: devEui, frame_id: frameId, kind, outcome, meaning: meaningOf(outcome) };
    return { ...NOTHING, ...waiting, received_at: at, accepted: true };
  }
  const { detail, devEui, frameId, kind, outcome, spaceId } = entry.reading;
  const taken = { dev_eui: devEui, frame_id: frameId, kind, outcome, detail, space_id: spaceId };
  return { ...NOTHING, ...taken, meaning: meaningOf(outcome), received_at: at, accepted: true };
}
