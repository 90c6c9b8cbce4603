import { rowProjection } from '../runner/row-projection.ts';
import { foldApiKeys } from './fold.ts';
import { apiKeysTable } from './table.ts';

export const apiKeysProjection = rowProjection({
  name: 'api_keys',
  version: 1,
  table: apiKeysTable,
  category: 'tenant',
  handles: ['ApiKeyIssued', 'ApiKeyRevoked'],
  part: { column: 'key_id', of: ({ data }) => (data as { readonly key_id: string }).key_id },
  fold: foldApiKeys,
});
