import { accessPage } from './access-page.ts';
import { errorsPage } from './errors-page.ts';
import { openApiDocument } from './openapi-document.ts';

/** The pages about the API that follow from its code. */
export const apiDocuments = [
  {
    path: 'docs/api/openapi.json',
    produce: async () => `${JSON.stringify(await openApiDocument(), null, 2)}\n`,
  },
  { path: 'docs/api/access.md', produce: accessPage },
  { path: 'docs/api/errors.md', produce: errorsPage },
] as const;
