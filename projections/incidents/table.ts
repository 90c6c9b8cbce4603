import { type JsonObject } from '../../domain/canonical/json.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { columnTypes as is, nullable, type TableDefinition } from '../runner/table.ts';

export const incidentKinds = [
  /** Nothing was heard of a device for longer than its type may be silent. */
  'device-stale',
  /** Many devices of a site fell silent at once: most likely the gateway. */
  'site-silence',
  /** A bay changes more often than cars do. */
  'flapping',
  'battery-low',
  'tamper',
  'temperature',
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** Something that somebody may have to look after, from when it began to when it was over. */
export interface IncidentRow {
  readonly tenant_id: string;
  /** The id of the event that opened it. */
  readonly incident_id: string;
  readonly kind: IncidentKind;
  /** What it is about, and whose stream owns it: a device's EUI, or the id of a site. */
  readonly source_id: string;
  readonly dev_eui: string | null;
  readonly site_id: string | null;
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
  /** `retracted`: a late frame showed that it never was. */
  readonly status: 'open' | 'ended' | 'retracted';
  /** What the opening event says. */
  readonly detail: JsonObject;
  /** Of the event that last changed it, in the stream of its source. */
  readonly revision: number;
}

export const incidentsTable: TableDefinition<IncidentRow> = {
  name: 'incidents',
  columns: {
    tenant_id: is.uuid,
    incident_id: is.uuid,
    kind: is.text,
    source_id: is.text,
    dev_eui: nullable(is.text),
    site_id: nullable(is.uuid),
    started_at: is.instant,
    ended_at: nullable(is.instant),
    status: is.text,
    detail: is.json,
    revision: is.bigint,
  },
  key: ['tenant_id', 'incident_id'],
  owner: 'source_id',
  guard: 'revision',
  indexes: [
    '(tenant_id, started_at, incident_id)',
    '(tenant_id, source_id, started_at)',
    '(tenant_id, source_id) WHERE ended_at IS NULL',
    "(started_at) WHERE kind = 'device-stale'",
  ],
  live: { condition: 't.ended_at IS NULL', of: (row) => row.ended_at === null },
};
