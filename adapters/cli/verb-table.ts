import { type VerbDeclaration } from './verb.ts';
import { adminVerbs } from './verb-table-admin.ts';
import { archiveVerbs } from './verb-table-archive.ts';
import { dataVerbs } from './verb-table-data.ts';
import { runVerbs } from './verb-table-run.ts';

/** Groups of verbs, in the order of the help. */
export const groups: readonly (readonly [name: string, summary: string])[] = [
  ['migrate', 'the SQL schema'],
  ['tenant', 'tenants'],
  ['key', 'API keys'],
  ['import', 'brings in what was recorded elsewhere'],
  ['devices', 'types of devices, and what their frames mean'],
  ['ingest', 'what comes from network servers'],
  ['spool', 'frames that wait on the disk for the event store'],
  ['orphan', 'devices that belong to nothing yet'],
  ['stream', 'events as they are'],
  ['archive', 'frames that were archived before they expired'],
  ['projection', 'read models'],
  ['audit', 'what was true, and what was known, at any time'],
  ['simulate', 'frames of simulated sensors'],
];

/** Everything that one can type. No verb can delete from the event store. */
export const verbs: readonly VerbDeclaration[] = [...runVerbs, ...adminVerbs, ...dataVerbs, ...archiveVerbs];
