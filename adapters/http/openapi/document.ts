import swagger, { type SwaggerTransform } from '@fastify/swagger';
import { type FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { permissions } from '../access.ts';
import { headersOf } from './headers.ts';
import { openApiInfo } from './info.ts';
import { markOptionalBody, withOptionalBodies } from './optional-bodies.ts';
import { operationIdOf } from './operation-id.ts';
import { problemAnswers, problemsOf } from './problem-answers.ts';
import { withoutUnused } from './used-components.ts';

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'];

/**
 * What JSON Schema says of our forms. Answers may grow new fields at any time, so nothing is promised about those that
 * are not named; and a pattern of 300 characters says no more than `date-time`.
 */
const override: Override = ({ zodSchema, jsonSchema }) => {
  if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined)
    delete jsonSchema.additionalProperties;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
};
const zodToJsonConfig = { override };

/** The OpenAPI document, made from the schemas that validate requests. Before the routes are registered. */
export async function documentRoutes(app: FastifyInstance, version: string): Promise<void> {
  const toJson = createJsonSchemaTransform({ zodToJsonConfig });
  const componentsOf = createJsonSchemaTransformObject({ zodToJsonConfig });
  const transform: SwaggerTransform = (route) => {
    const { config = {}, method } = route.route;
    const { schema, url } = toJson(route);
    if (schema === undefined || schema.hide === true) return { schema: { hide: true }, url };
    const problems = problemsOf({ config, schema: route.schema, url });
    return {
      url,
      schema: {
        ...schema,
        operationId: schema.operationId ?? operationIdOf(String(method), url),
        // Without a permission a route is public.
        ...(config.permission === undefined
          ? { security: [] }
          : { 'x-permission': config.permission, 'x-roles': permissions[config.permission] }),
        ...headersOf(config),
        ...markOptionalBody(route.schema.body),
        response: { ...described(schema.response), ...problemAnswers(problems) },
      },
    };
  };
  await app.register(swagger, {
    openapi: openApiInfo(version),
    transform,
    transformObject: (document) => withOptionalBodies(withoutUnused(componentsOf(document))),
  });
}

/** An answer that says nothing of itself is called by what its status means. */
function described(answers: unknown): Record<string, object> {
  const names: Readonly<Record<string, string>> = { 200: 'Done', 201: 'Made', 503: 'Not now' };
  const entries = Object.entries((answers ?? {}) as Record<string, object>);
  return Object.fromEntries(
    entries.map(([status, answer]) => [status, { description: names[status] ?? 'An answer', ...answer }]),
  );
}
