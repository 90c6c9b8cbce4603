import { rowProjection } from '../runner/row-projection.ts';
import { foldSpaceCode } from './fold.ts';
import { spaceCodesTable } from './table.ts';

export const spaceCodesProjection = rowProjection({
  name: 'space_codes',
  version: 1,
  table: spaceCodesTable,
  category: 'site',
  handles: ['SpaceCodeClaimed', 'SpaceCodeReleased'],
  part: { column: 'code', of: ({ data }) => (data as { readonly code: string }).code },
  fold: foldSpaceCode,
});
