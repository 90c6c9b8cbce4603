import { type FastifyContextConfig } from 'fastify';
import { writes } from '../access.ts';

/** The request headers that a route looks at, as JSON Schema; for the documentation alone. */
export function headersOf({ permission, problems = [], reads }: FastifyContextConfig) {
  const properties: Record<string, { type: 'string'; maxLength?: number; description: string }> = {};
  if (permission !== undefined && writes.has(permission)) {
    properties['Idempotency-Key'] = {
      type: 'string',
      maxLength: 255,
      description:
        'A repeat with the same key within 24 hours gets the same answer, and nothing is done twice',
    };
  }
  if (problems.includes('conflict-revision')) {
    properties['If-Match'] = {
      type: 'string',
      description: 'The `revision` in quotes, or the ETag, of what the change is meant for',
    };
  }
  if (reads !== undefined) {
    properties['If-None-Match'] = { type: 'string', description: 'An ETag: 304 where nothing has changed' };
    properties['X-Min-Position'] = { type: 'string', description: 'As `min_position`' };
  }
  return Object.keys(properties).length === 0 ? {} : { headers: { type: 'object', properties } };
}
