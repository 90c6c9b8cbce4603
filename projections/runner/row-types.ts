import { type CustomTypesConfig, types } from 'pg';

const INT8 = 20;
const TIMESTAMPTZ = 1184;
const DATE = 1082;

const parse = (oid: number): ((text: string) => unknown) => {
  if (oid === TIMESTAMPTZ) return (text) => new Date(text).toISOString();
  if (oid === DATE) return (text) => text;
  // Revisions, counts and seconds; none of them passes 2^53.
  if (oid === INT8) return Number;
  return types.getTypeParser(oid, 'text') as (text: string) => unknown;
};

/** Values of read-model rows as folds know them: instants and dates as text, integers as numbers. */
export const rowTypes: CustomTypesConfig = { getTypeParser: parse as CustomTypesConfig['getTypeParser'] };
