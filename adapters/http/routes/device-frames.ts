import { z } from 'zod';
import { keptFrames, placeKey } from '../../../application/frames/kept-frames.ts';
import { causedEvents } from '../../../application/frames/caused-events.ts';
import { waitingFrames } from '../../../application/frames/waiting-frames.ts';
import { type StreamName, streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type Frame } from '../../../application/sensor-process/frame-input.ts';
import { maybeOneDevice } from '../../../projections/devices/queries.ts';
import { maybeOneOrphan } from '../../../projections/orphans/queries.ts';
import { keyIsBehind, type PageRequest, pageOf } from '../../../projections/reading/page.ts';
import {
  framesHandledUpTo,
  type KnownReading,
  manyReadingsOfDevice,
  manyReadingsOfFrames,
} from '../../../projections/sensor-readings/queries.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { deviceFrameOutput } from '../schemas/frame.ts';
import { devEuiParams, listOf, listQuery } from '../schemas/wire.ts';
import { shownFrame } from './shown-frame.ts';

const framesQuery = listQuery.extend({ order: z.enum(['asc', 'desc']).default('desc') });

/** A frame that has been handled, or one that waits. */
export interface Arrival {
  readonly frameId: string;
  readonly receivedAt: string;
  readonly reading: KnownReading | null;
  readonly frame: Frame | null;
}

export function deviceFrameRoutes(api: Api, dependencies: HttpDependencies): void {
  api.get(
    '/devices/:dev_eui/frames',
    {
      config: { permission: 'analyse', reads: ['devices', 'orphans'] },
      schema: {
        operationId: 'listDeviceFrames',
        tags: ['devices'],
        summary: 'What a device sent, and what became of it',
        description:
          'The newest first, by reception: the message as it came, what was decoded, and the events that it caused. ' +
          'Frames of a device that is not registered are listed too. What has expired is named in `missing`.',
        params: devEuiParams,
        querystring: framesQuery,
        response: { 200: listOf(deviceFrameOutput) },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const { dev_eui: devEui } = request.params;
      const page = await pageOfFrames(dependencies, tenantId, devEui, request.query);
      const { database } = dependencies.read;
      const device = await maybeOneDevice(database, tenantId, devEui);
      const isKnown = device !== null || page.items.length > 0 || request.query.cursor !== undefined;
      // An orphan may be known whose frames have all expired.
      if (!isKnown && (await maybeOneOrphan(database, tenantId, devEui)) === null) throw notFound();
      const decode = (frame: { fPort: number | null; payload: string }) =>
        device === null ? null : dependencies.decoder.decode(device.deviceType, frame.fPort, frame.payload);
      const { caused, frames } = await evidenceOf(dependencies, tenantId, devEui, page.items);
      return {
        items: page.items.map(({ frameId, reading, frame: waiting }) => {
          const frame = waiting ?? (reading === null ? null : (frames.get(placeKey(reading)) ?? null));
          return shownFrame({ frameId, reading, frame, decode, caused: caused.get(frameId) ?? [] });
        }),
        next_cursor: page.nextCursor,
      };
    },
  );
}

/** Handled ones from the table, and before them those that wait for the sensor process. */
async function pageOfFrames(
  { now, read: { database }, store }: HttpDependencies,
  tenantId: string,
  devEui: string,
  page: PageRequest & { readonly order: 'asc' | 'desc' },
) {
  // In this order: a frame that is handled in between is in the table, and not missing in both.
  const handledUpTo = await framesHandledUpTo(database);
  const waiting = await waitingFrames(
    store,
    tenantId,
    handledUpTo,
    now(),
    (frame) => frame.devEui === devEui,
  );
  const readings = await manyReadingsOfDevice(database, tenantId, devEui, page);
  const ids = [...new Set(waiting.frames.map(({ frameId }) => frameId))];
  const handled =
    ids.length === 0 ? new Map<string, unknown>() : await manyReadingsOfFrames(database, tenantId, ids);
  const arrivals = new Map<string, Arrival>();
  for (const frame of waiting.frames) {
    const { frameId, receivedAt } = frame;
    const isBehind = keyIsBehind([receivedAt, frameId], page);
    // A second copy of one that has been handled has no effect and no row.
    if (isBehind && !handled.has(frameId))
      arrivals.set(frameId, { frameId, receivedAt, reading: null, frame });
  }
  for (const reading of readings) {
    const { frameId, receivedAt } = reading;
    arrivals.set(frameId, { frameId, receivedAt, reading, frame: null });
  }
  const sign = page.order === 'desc' ? -1 : 1;
  const sorted = [...arrivals.values()].sort((a, b) => sign * compare(keyOf(a), keyOf(b)));
  return pageOf(sorted, page.limit, keyOf, (arrival) => arrival);
}

async function evidenceOf(
  { store }: HttpDependencies,
  tenantId: string,
  devEui: string,
  arrivals: readonly Arrival[],
) {
  const readings = arrivals.flatMap(({ reading }) => (reading === null ? [] : [reading]));
  const streams: StreamName[] = [streamName('device', tenantId, devEui)];
  for (const spaceId of new Set(readings.map((reading) => reading.spaceId)))
    if (spaceId !== null) streams.push(streamName('space', tenantId, spaceId));
  const [frames, caused] = await Promise.all([
    keptFrames(store, readings),
    causedEvents(store, streams, readings),
  ]);
  return { frames, caused: caused.byFrame };
}

const keyOf = ({ frameId, receivedAt }: Arrival): readonly string[] => [receivedAt, frameId];

function compare(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((part, i) => part !== b[i]);
  if (index === -1) return 0;
  return (a[index] ?? '') < (b[index] ?? '') ? -1 : 1;
}
