import { z } from 'zod';
import { showEvent } from '../../../application/audit/masked-event.ts';
import { type Known, spaceAsOf } from '../../../application/audit/space-as-of.ts';
import { asOfView } from '../../../application/audit/as-of-view.ts';
import { parseStreamName } from '../../../application/ports/event-store/stream-name.ts';
import { readPositionToken } from '../../../application/ports/event-store/position.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { invalid, notFound, ProblemError } from '../problems/problem.ts';
import { idParams, instantInput, listOf, problemResponses } from '../schemas/wire.ts';

const shownEvent = z.object({
  stream: z.string(),
  revision: z.number(),
  position: z.string(),
  event_id: z.string(),
  type: z.string(),
  recorded_at: z.string(),
  data: z.looseObject({}),
  metadata: z.looseObject({}),
});

export function auditRoutes(api: Api, { store }: HttpDependencies): void {
  api.get(
    '/audit/spaces/:id/state',
    {
      config: { permission: 'audit', readsModels: false },
      schema: {
        tags: ['audit'],
        summary: 'The state of a space on two time axes',
        description:
          'What was true at `valid_at`, as far as it was known at `known_at` (or at a position). The same question gives ' +
          'the same bytes for ever: nothing in the answer depends on now.',
        params: idParams,
        querystring: z.strictObject({
          valid_at: instantInput.optional().describe('Default: the last event that was known'),
          known_at: instantInput.optional().describe('Default: everything recorded so far'),
          known_at_position: z.string().max(64).optional(),
        }),
        response: { 200: z.looseObject({ state: z.string() }), ...problemResponses },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const { valid_at: validAt, known_at: knownAt, known_at_position: token } = request.query;
      if (knownAt !== undefined && token !== undefined) {
        throw invalid('query/known_at_position', 'not-both', 'an instant or a position, not both');
      }
      const known: Known =
        token !== undefined ? positionOf(token) : knownAt !== undefined ? { at: knownAt } : 'everything';
      const asOf = await spaceAsOf(store, tenantId, request.params.id, validAt ?? 'last-known-event', known);
      if (asOf === null) throw notFound();
      return asOfView(request.params.id, asOf);
    },
  );

  api.get(
    '/audit/streams/:stream',
    {
      config: { permission: 'audit', readsModels: false },
      schema: {
        tags: ['audit'],
        summary: 'The events of a stream as they were recorded',
        description: 'Personal data is masked.',
        params: z.object({ stream: z.string() }),
        querystring: z.strictObject({
          from: z.coerce.number().int().min(0).default(0).describe('The first revision'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: listOf(shownEvent), ...problemResponses },
      },
    },
    async (request) => {
      const { stream } = request.params;
      const { from, limit } = request.query;
      const tenant = principalOf(request).tenantId.replaceAll('-', '');
      const parts = parseStreamName(stream);
      // Another tenant's stream is answered like one that does not exist.
      if (parts === null || parts.tenant !== tenant) throw notFound();
      const items = [];
      for await (const page of store.readStream(stream as never, { from, limit: limit + 1 }))
        items.push(...page.map(showEvent));
      if (items.length === 0 && from === 0) throw notFound();
      const next = items.length > limit ? String(items[limit]?.revision) : null;
      return { items: items.slice(0, limit), next_cursor: next };
    },
  );

  function positionOf(token: string): Known {
    const reading = readPositionToken(token, store.storeId);
    if (reading.ok) return { position: reading.position };
    if (reading.reason === 'other-store') throw new ProblemError('position-from-another-store');
    throw invalid('query/known_at_position', 'invalid-position', 'not a position that this API has given');
  }
}
