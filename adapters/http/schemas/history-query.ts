import { idInput, instantInput, listQuery } from './wire.ts';

/** What lists of things that happened on spaces are narrowed by; those that touch [from, to). */
export const historyQuery = listQuery.extend({
  space_id: idInput.optional(),
  zone_id: idInput.optional(),
  site_id: idInput.optional(),
  from: instantInput.optional(),
  to: instantInput.optional(),
});
