import { z } from 'zod';
import { manyCorrectionsOfSession } from '../../../projections/session-corrections/queries.ts';
import { manySessions, maybeOneSession } from '../../../projections/sessions/queries.ts';
import { sessionQualities } from '../../../projections/sessions/table.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { historyQuery } from '../schemas/history-query.ts';
import { freshnessQuery, idOutput, idParams, instantOutput, listOf } from '../schemas/wire.ts';

const sessionOutput = z
  .object({
    id: idOutput,
    space_id: idOutput,
    start_time: instantOutput,
    end_time: instantOutput.nullable(),
    duration_s: z.number().nullable(),
    uncertainty_s: z.number(),
    quality: z.enum(sessionQualities),
    flapping: z.boolean().describe('The sensor changed more often than cars do: it may not be one stay'),
    correction_no: z.number(),
    source: z.enum(['sensor', 'staff', 'import']),
  })
  .meta({ id: 'Stay' });

const timesOutput = z
  .object({ start_time: instantOutput, end_time: instantOutput.nullable(), uncertainty_s: z.number() })
  .nullable();
const correctionOutput = z
  .object({
    session_id: idOutput,
    space_id: idOutput,
    correction_no: z.number().describe('Counts the corrections of the space'),
    change: z.enum(['added', 'removed', 'changed']),
    from: instantOutput,
    to: instantOutput.describe('[from, to) was told otherwise before'),
    before: timesOutput,
    after: timesOutput,
    recorded_at: instantOutput,
    evidence: z.object({ frame_id: idOutput, dev_eui: z.string().nullable() }).nullable(),
    revision: z.number(),
  })
  .meta({ id: 'StayCorrection' });

/** Whether a sensor flapped is in its own incidents. */
const readsOfStay = ['sessions', 'incidents', 'device_assignments'];

export function sessionRoutes(api: Api, { read }: HttpDependencies): void {
  api.get(
    '/sessions',
    {
      config: { permission: 'analyse', reads: [...readsOfStay, 'spaces_current'] },
      schema: {
        operationId: 'listSessions',
        tags: ['history'],
        summary: 'Stays, as far as a bay can tell',
        description:
          'Those that touch [from, to). A stay that was told otherwise before is `corrected`; how, is in its corrections.',
        querystring: historyQuery.extend({
          quality: z.enum(sessionQualities).optional(),
          flapping: z.enum(['true', 'false']).optional(),
        }),
        response: { 200: listOf(sessionOutput) },
      },
    },
    async (request) => {
      const { space_id: spaceId, zone_id: zoneId, site_id: siteId, ...rest } = request.query;
      const { from, to, quality } = rest;
      const flapping = rest.flapping === undefined ? undefined : rest.flapping === 'true';
      const filter = { spaceId, zoneId, siteId, from, to, quality, flapping };
      const page = await manySessions(read.database, principalOf(request).tenantId, filter, request.query);
      return { items: [...page.items], next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/sessions/:id',
    {
      config: { permission: 'analyse', reads: readsOfStay },
      schema: {
        operationId: 'readSession',
        tags: ['history'],
        summary: 'Read a stay',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: sessionOutput },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const session = await maybeOneSession(read.database, tenantId, request.params.id);
      if (session === null) throw notFound();
      return session;
    },
  );

  api.get(
    '/sessions/:id/corrections',
    {
      config: { permission: 'analyse', reads: ['sessions', 'session_corrections'] },
      schema: {
        operationId: 'listSessionCorrections',
        tags: ['history'],
        summary: 'What was told of a stay before, and what it is now',
        description: 'A stay that a correction removed is answered here too.',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: listOf(correctionOutput) },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const { id } = request.params;
      const items = await manyCorrectionsOfSession(read.database, tenantId, id);
      const exists = items.length > 0 || (await maybeOneSession(read.database, tenantId, id)) !== null;
      if (!exists) throw notFound();
      return { items: [...items], next_cursor: null };
    },
  );
}
