import { type FastifyContextConfig, type FastifySchema } from 'fastify';
import { writes } from '../access.ts';
import { type ProblemCode, problemCatalogue } from '../problems/catalogue.ts';

interface RouteForm {
  readonly config: FastifyContextConfig;
  readonly schema: FastifySchema;
  readonly url: string;
}

/** The problems that a route may answer: most follow from its form, the rest it names itself. */
export function problemsOf({ config, schema, url }: RouteForm): readonly ProblemCode[] {
  const { permission, problems = [], reads } = config;
  const codes = new Set<ProblemCode>(problems);
  if (schema.body !== undefined || schema.querystring !== undefined) codes.add('validation-failed');
  if (schema.body !== undefined) codes.add('payload-too-large').add('unsupported-media-type');
  if (permission !== undefined) codes.add('unauthenticated').add('forbidden');
  if (/[:{]/.test(url)) codes.add('not-found');
  if (permission !== undefined && writes.has(permission)) {
    codes.add('tenant-suspended').add('idempotency-mismatch').add('request-in-progress');
    codes.add('busy').add('outcome-unknown');
  }
  if (reads !== undefined) codes.add('position-from-another-store');
  if (reads !== undefined && reads !== 'store') codes.add('read-model-behind');
  if (permission !== undefined) codes.add('unavailable').add('timeout').add('internal-error');
  return [...codes];
}

/** As responses of an OpenAPI operation, by status. */
export function problemAnswers(codes: readonly ProblemCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problemCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code].sort());
  }
  const statuses = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(statuses.map(([status, ofStatus]) => [status, answer(ofStatus)]));
}

function answer(codes: readonly ProblemCode[]) {
  const lines = codes.map((code) => `[\`${code}\`](/docs/errors/${code}): ${problemCatalogue[code].title}`);
  return {
    description: lines.join('\n\n'),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** RFC 9457; the members that help differ from problem to problem. */
export const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem document. Further members help, depending on the code.',
  required: ['type', 'title', 'status', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'The page of the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(problemCatalogue) },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the body, or `query/…`, `header/…`' },
          code: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
    retry_after_s: { type: 'integer' },
    conflicts: {
      type: 'array',
      description: 'Times that are taken, never by whom',
      items: {
        type: 'object',
        properties: {
          reservation_id: { type: 'string', format: 'uuid' },
          start_time: { type: 'string', format: 'date-time' },
          end_time: { type: ['string', 'null'], format: 'date-time' },
        },
      },
    },
    alternatives: {
      type: 'array',
      description: 'Times that are free',
      items: {
        type: 'object',
        properties: {
          space_id: { type: 'string', format: 'uuid' },
          start_time: { type: 'string', format: 'date-time' },
          end_time: { type: 'string', format: 'date-time' },
        },
      },
    },
    request_id: { type: 'string' },
  },
} as const;
