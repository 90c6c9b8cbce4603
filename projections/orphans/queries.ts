import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { all, behind, type Page, pageOf, type PageRequest, sorted } from '../reading/page.ts';
import { instant, nullableInstant } from '../reading/row-parsers.ts';

const orphanRow = z
  .object({
    dev_eui: z.string(),
    status: z.enum(['open', 'adopted']),
    first_seen_at: instant,
    last_heard_at: nullableInstant,
    frames_kept: z.number(),
    adopted_at: nullableInstant,
  })
  .transform((row) => ({
    devEui: row.dev_eui,
    status: row.status,
    firstSeenAt: row.first_seen_at,
    lastHeardAt: row.last_heard_at,
    /** Frames that would be offered to a space. */
    framesKept: row.frames_kept,
    adoptedAt: row.adopted_at,
  }));
export type Orphan = z.infer<typeof orphanRow>;

/** When it was last heard, and how many of its frames are kept, are the sensor process's. */
const orphans = sql.fragment`
  SELECT o.tenant_id, o.dev_eui, o.status, o.first_seen_at, o.adopted_at, l.last_heard_at,
    (SELECT count(*) FROM sensing.sensor_readings AS r
     WHERE r.tenant_id = o.tenant_id AND r.dev_eui = o.dev_eui AND r.outcome = 'orphan') AS frames_kept
  FROM read_model.orphans AS o
  LEFT JOIN sensing.device_liveness AS l ON l.tenant_id = o.tenant_id AND l.dev_eui = o.dev_eui`;

/** One that was adopted is still found: its assignment may have to be finished. */
export async function maybeOneOrphan(
  database: CommonQueryMethods,
  tenantId: string,
  devEui: string,
): Promise<Orphan | null> {
  return database.maybeOne(sql.type(orphanRow)`
    SELECT * FROM (${orphans} WHERE o.tenant_id = ${tenantId}::uuid AND o.dev_eui = ${devEui}) AS found`);
}

/** Those that belong to nothing, in the order of their EUIs. */
export async function manyOrphans(
  database: CommonQueryMethods,
  tenantId: string,
  page: PageRequest,
): Promise<Page<Orphan>> {
  const key = [{ column: sql.fragment`o.dev_eui`, type: 'text' as const }];
  const conditions = [
    sql.fragment`o.tenant_id = ${tenantId}::uuid`,
    sql.fragment`o.status = 'open'`,
    behind(key, page),
  ];
  const rows = await database.any(sql.type(orphanRow)`
    SELECT * FROM (${orphans} WHERE ${all(conditions)}
      ORDER BY ${sorted(key, page)} LIMIT ${page.limit + 1}) AS found`);
  return pageOf(
    rows,
    page.limit,
    (orphan) => [orphan.devEui],
    (orphan) => orphan,
  );
}
