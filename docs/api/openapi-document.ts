import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { type HttpDependencies } from '../../adapters/http/dependencies.ts';
import { buildServer } from '../../adapters/http/server.ts';

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, { readonly description?: string }>>;
  readonly 'x-permission'?: string;
  readonly 'x-roles'?: readonly string[];
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** What the running program answers at `/openapi.json`. Its routes are registered, and never called. */
export async function openApiDocument(): Promise<OpenApiDocument> {
  const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  const app = await buildServer({
    log: pino({ level: 'silent' }),
    softwareVersion: manifest.version,
    role: 'all',
    uplink: {},
  } as unknown as HttpDependencies);
  await app.ready();
  const document = app.swagger() as unknown as OpenApiDocument;
  await app.close();
  return document;
}

/** Every operation, in the order of the document. */
export function operationsOf({ paths }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}
