import { z } from 'zod';
import { asOfView } from '../../../application/audit/as-of-view.ts';
import { showEvent } from '../../../application/audit/masked-event.ts';
import { type Known, spaceAsOf } from '../../../application/audit/space-as-of.ts';
import { parseStreamName, streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { readPosition } from '../freshness.ts';
import { principalOf } from '../guard.ts';
import { invalid, notFound } from '../problems/problem.ts';
import { asOfOutput, eventOutput } from '../schemas/audit.ts';
import { freshnessQuery, idParams, instantInput, listOf, listQuery } from '../schemas/wire.ts';

const streamQuery = listQuery.extend({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'not a cursor of this list')
    .optional(),
  from: z.coerce.number().int().min(0).optional().describe('The first revision, where there is no cursor'),
});

export function auditRoutes(api: Api, { store }: HttpDependencies): void {
  api.get(
    '/audit/spaces/:id/state',
    {
      config: { permission: 'audit', reads: 'store', problems: ['position-from-another-store'] },
      schema: {
        operationId: 'readSpaceAsOf',
        tags: ['audit'],
        summary: 'The state of a space on two time axes',
        description:
          'What was true at `valid_at`, as far as it was known at `known_at` (or at a position). The same question gives ' +
          'the same bytes for ever: nothing in the answer depends on now.',
        params: idParams,
        querystring: freshnessQuery.extend({
          valid_at: instantInput.optional().describe('Default: when the last event happened that was known'),
          known_at: instantInput.optional().describe('Default: everything recorded so far'),
          known_at_position: z.string().max(64).optional().describe('Instead of `known_at`'),
        }),
        response: { 200: asOfOutput },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const { valid_at: validAt, known_at: knownAt, known_at_position: token } = request.query;
      const known = knownOf(knownAt, token);
      const { id } = request.params;
      const asOf = await spaceAsOf(store, tenantId, id, validAt ?? 'last-known-event', known);
      if (asOf === null) throw notFound();
      return asOfView(id, asOf);
    },
  );

  api.get(
    '/audit/streams/:stream',
    {
      config: { permission: 'audit', reads: 'store' },
      schema: {
        operationId: 'listEvents',
        tags: ['audit'],
        summary: 'The events of a stream as they were recorded',
        description: 'Personal data is masked.',
        params: z.object({ stream: z.string().describe('Such as space-<tenant>-<id>, ids without dashes') }),
        querystring: streamQuery,
        response: { 200: listOf(eventOutput) },
      },
    },
    async (request) => {
      const { cursor, from, limit, order } = request.query;
      const parts = parseStreamName(request.params.stream);
      const tenant = principalOf(request).tenantId.replaceAll('-', '');
      // Another tenant's stream is answered like one that does not exist.
      if (parts === null || parts.tenant !== tenant) throw notFound();
      const stream = streamName(parts.category, parts.tenant, parts.id);
      const first = cursor === undefined ? from : Number(cursor);
      const items = [];
      const pages = store.readStream(stream, {
        direction: order === 'desc' ? 'backwards' : 'forwards',
        limit: limit + 1,
        ...(first === undefined ? {} : { from: first }),
      });
      for await (const page of pages) items.push(...page.map(showEvent));
      if (items.length === 0 && first === undefined) throw notFound();
      const next = items[limit]?.revision;
      return { items: items.slice(0, limit), next_cursor: next === undefined ? null : String(next) };
    },
  );

  function knownOf(knownAt: Instant | undefined, token: string | undefined): Known {
    if (token === undefined) return knownAt === undefined ? 'everything' : { at: knownAt };
    if (knownAt === undefined)
      return { position: readPosition(token, store.storeId, 'query/known_at_position') };
    throw invalid('query/known_at_position', 'not-both', 'an instant or a position, not both');
  }
}
