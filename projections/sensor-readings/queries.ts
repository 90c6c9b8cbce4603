import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type Position } from '../../application/ports/event-store/position.ts';
import { type StreamName } from '../../application/ports/event-store/stream-name.ts';
import { type ReadingOutcome } from '../../application/ports/sensor-tables.ts';
import { all, behind, type PageRequest, sorted, type SortColumn } from '../reading/page.ts';
import { instant } from '../reading/row-parsers.ts';

const readingRow = z
  .object({
    frame_id: z.string(),
    dev_eui: z.string().nullable(),
    kind: z.string(),
    received_at: instant,
    occurred_at: instant,
    time_source: z.string(),
    clock_suspect: z.boolean(),
    effective_at: instant,
    session: z.string().nullable(),
    f_cnt: z.number().nullable(),
    f_port: z.number().nullable(),
    payload: z.string(),
    outcome: z.string().transform((text) => text as ReadingOutcome),
    detail: z.string().nullable(),
    space_id: z.string().nullable(),
    decoded: z.string().nullable(),
    stream: z.string().transform((text) => text as StreamName),
    revision: z.number(),
  })
  .transform((row) => ({
    frameId: row.frame_id,
    devEui: row.dev_eui,
    kind: row.kind,
    receivedAt: row.received_at,
    occurredAt: row.occurred_at,
    timeSource: row.time_source,
    clockSuspect: row.clock_suspect,
    effectiveAt: row.effective_at,
    session: row.session,
    fCnt: row.f_cnt,
    fPort: row.f_port,
    /** base64 as received. */
    payload: row.payload,
    outcome: row.outcome,
    detail: row.detail,
    spaceId: row.space_id,
    /** JSON of what the decoder said then. */
    decoded: row.decoded,
    stream: row.stream,
    revision: row.revision,
  }));
/** What the sensor process made of a frame. */
export type KnownReading = z.infer<typeof readingRow>;

const columns = sql.fragment`frame_id, dev_eui, kind, received_at, occurred_at, time_source, clock_suspect,
  effective_at, session, f_cnt, f_port, payload, outcome, detail, space_id, decoded, stream, revision`;

/** Frames in the order in which they came. */
export const receptionKey: readonly SortColumn[] = [
  { column: sql.fragment`received_at`, type: 'timestamptz' },
  { column: sql.fragment`frame_id`, type: 'uuid' },
];

/**
 * A device's readings behind the cursor, `limit + 1` of them. They are sorted when asked for: an index by reception would
 * cost each frame something, and few people ask.
 */
export async function manyReadingsOfDevice(
  database: CommonQueryMethods,
  tenantId: string,
  devEui: string,
  page: PageRequest,
): Promise<readonly KnownReading[]> {
  return manyReadings(database, { tenantId, devEui }, page);
}

/** The same of many devices: of a tenant, of one of its devices, or of all tenants. */
export async function manyReadings(
  database: CommonQueryMethods,
  { tenantId, devEui }: { readonly tenantId: string | null; readonly devEui?: string | undefined },
  page: PageRequest,
): Promise<readonly KnownReading[]> {
  const conditions = [
    tenantId === null ? sql.fragment`TRUE` : sql.fragment`tenant_id = ${tenantId}::uuid`,
    devEui === undefined ? sql.fragment`TRUE` : sql.fragment`dev_eui = ${devEui}`,
    behind(receptionKey, page),
  ];
  return database.any(sql.type(readingRow)`
    SELECT ${columns} FROM sensing.sensor_readings WHERE ${all(conditions)}
    ORDER BY ${sorted(receptionKey, page)} LIMIT ${page.limit + 1}`);
}

/** Those of these frames that have been handled. */
export async function manyReadingsOfFrames(
  database: CommonQueryMethods,
  tenantId: string,
  frameIds: readonly string[],
): Promise<ReadonlyMap<string, KnownReading>> {
  const rows = await database.any(sql.type(readingRow)`
    SELECT ${columns} FROM sensing.sensor_readings
    WHERE tenant_id = ${tenantId}::uuid AND frame_id = ANY(${sql.array([...frameIds], 'uuid')})`);
  return new Map(rows.map((row) => [row.frameId, row]));
}

const progressRow = z.object({
  store_id: z.string().nullable(),
  frames_commit: z.string().nullable(),
  frames_prepare: z.string().nullable(),
});

/** Up to where frames have been handled; null: no sensor process has begun. */
export async function framesHandledUpTo(database: CommonQueryMethods): Promise<Position | null> {
  const row = await database.maybeOne(sql.type(progressRow)`
    SELECT store_id, frames_commit::text, frames_prepare::text FROM sensing.checkpoint WHERE name = 'sensor-process'`);
  if (row === null) return null;
  const { frames_commit: commit, frames_prepare: prepare, store_id: storeId } = row;
  if (storeId === null || commit === null || prepare === null) return null;
  return { storeId, commit: BigInt(commit), prepare: BigInt(prepare) };
}
