import { type FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { nearestName } from './problems/nearest-name.ts';
import { type Mistake, notFound, ProblemError } from './problems/problem.ts';

/** Validates requests with the zod schemas of the routes; every mistake at once, each with a pointer. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const place = httpPart === 'querystring' ? 'query' : httpPart === 'body' ? '' : (httpPart ?? '');
  return (data: unknown) => {
    // No body at all is told apart from a body that is null only by those who look closely.
    const parsed = schema.safeParse(httpPart === 'body' && data === null ? undefined : data);
    if (parsed.success) return { value: parsed.data };
    // A path that holds no id of ours names nothing that exists.
    if (httpPart === 'params') return { error: notFound() };
    const errors = parsed.error.issues.flatMap((issue) => mistakesOf(issue, place, schema));
    return { error: new ProblemError('validation-failed', { errors }) };
  };
};

function mistakesOf(issue: z.core.$ZodIssue, place: string, schema: z.ZodType): Mistake[] {
  if (issue.code === 'invalid_union') {
    const inner = closestBranch(issue);
    if (inner !== null) {
      return inner.flatMap((one) =>
        mistakesOf({ ...one, path: [...issue.path, ...one.path] }, place, schema),
      );
    }
  }
  const pointer = [place, ...issue.path.map(String)].join('/');
  if (issue.code !== 'unrecognized_keys') {
    const code = issue.code.replaceAll('_', '-');
    return [{ pointer: pointer === '' ? '/' : pointer, code, message: issue.message }];
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

/** Of the forms that something may have, the one that was meant: whose outermost type fits. */
function closestBranch({ errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | null {
  const fitting = errors.filter((branch) =>
    branch.every((one) => one.path.length > 0 || one.code !== 'invalid_type'),
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** The field names that the schema knows at a path, for the suggestion. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: readonly unknown[] = branches(schema);
  for (const step of path) {
    here = here.flatMap((one) => {
      if (one instanceof z.ZodObject) return branches((one.shape as Record<string, unknown>)[String(step)]);
      return one instanceof z.ZodArray ? branches(one.element) : [];
    });
  }
  return here.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []));
}

/** What stands behind optional, default, transform and union. */
function branches(schema: unknown): readonly unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return branches(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return branches(schema.in);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(branches);
  return [schema];
}
