import { type FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { type Mistake, ProblemError } from './problems/problem.ts';
import { nearestName } from './problems/nearest-name.ts';

/** Validates requests with the zod schemas of the routes; every mistake at once, each with a pointer. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const place = httpPart === 'querystring' ? 'query' : httpPart === 'body' ? '' : (httpPart ?? '');
  return (data: unknown) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    // A path that holds no id of ours names nothing that exists.
    if (httpPart === 'params') return { error: new ProblemError('not-found') };
    const errors = parsed.error.issues.flatMap((issue) => mistakesOf(issue, place, schema));
    return { error: new ProblemError('validation-failed', { errors }) };
  };
};

function mistakesOf(issue: z.core.$ZodIssue, place: string, schema: z.ZodType): Mistake[] {
  const pointer = [place, ...issue.path.map(String)].join('/');
  if (issue.code !== 'unrecognized_keys') {
    return [
      {
        pointer: pointer === '' ? '/' : pointer,
        code: issue.code.replaceAll('_', '-'),
        message: issue.message,
      },
    ];
  }
  return issue.keys.map((key) => {
    const meant = nearestName(key, namesAt(schema, issue.path));
    return {
      pointer: `${pointer}/${key}`,
      code: 'unknown-field',
      message: meant === null ? `unknown: ${key}` : `unknown: ${key}; did you mean ${meant}?`,
    };
  });
}

/** The field names that the schema knows at a path, for the suggestion. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = unwrap(schema);
  for (const step of path) {
    if (here instanceof z.ZodObject) here = unwrap((here.shape as Record<string, unknown>)[String(step)]);
    else if (here instanceof z.ZodArray) here = unwrap(here.element);
    else return [];
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodNullable || here instanceof z.ZodDefault) {
    here = here.unwrap();
  }
  return here instanceof z.ZodPipe ? unwrap(here.in) : here;
}
