import { z } from 'zod';

const MARK = 'x-body-optional';

/** A mark on a route whose body may be left out: the generator takes every body to be required. */
export function markOptionalBody(body: unknown): Record<string, boolean> {
  return body instanceof z.ZodOptional ? { [MARK]: true } : {};
}

interface MarkedOperation {
  readonly [MARK]?: boolean;
  readonly requestBody?: object;
}

/** The document with the marks put into the words of OpenAPI. */
export function withOptionalBodies<D extends { readonly paths?: object | undefined }>(document: D): D {
  const paths = Object.entries((document.paths ?? {}) as Record<string, Record<string, MarkedOperation>>);
  const mended = paths.map(([path, operations]) => {
    const entries = Object.entries(operations).map(([method, { [MARK]: isOptional, ...operation }]) =>
      isOptional === true
        ? [method, { ...operation, requestBody: { ...operation.requestBody, required: false } }]
        : [method, operation],
    );
    return [path, Object.fromEntries(entries) as object] as const;
  });
  return { ...document, paths: Object.fromEntries(mended) };
}
