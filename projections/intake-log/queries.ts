import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { all, behind, type PageRequest, sorted, type SortColumn } from '../reading/page.ts';
import { instant } from '../reading/row-parsers.ts';
import { type KnownReading, manyReadings } from '../sensor-readings/queries.ts';

const refusedRow = z
  .object({
    id: z.string(),
    at: instant,
    tenant_id: z.string().nullable(),
    key_id: z.string().nullable(),
    path: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string().nullable(),
    dev_eui: z.string().nullable(),
    bytes: z.number().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    at: row.at,
    tenantId: row.tenant_id,
    keyId: row.key_id,
    path: row.path,
    status: row.status,
    code: row.code,
    detail: row.detail,
    devEui: row.dev_eui,
    bytes: row.bytes,
  }));
/** A message that was not taken. */
export type KnownRefusal = z.infer<typeof refusedRow>;

/** Something that came to the intake: a message that was taken and handled, or one that was refused. */
export type Arrived =
  | { readonly kind: 'taken'; readonly at: string; readonly id: string; readonly reading: KnownReading }
  | { readonly kind: 'refused'; readonly at: string; readonly id: string; readonly refusal: KnownRefusal };

export interface ArrivedFilter {
  /** Null: of all tenants, and of senders that nobody knows. */
  readonly tenantId: string | null;
  readonly devEui?: string | undefined;
  readonly rejectedOnly?: boolean | undefined;
}

const refusedKey: readonly SortColumn[] = [
  { column: sql.fragment`at`, type: 'timestamptz' },
  { column: sql.fragment`id`, type: 'uuid' },
];

/** Sorted by time and id, behind the cursor, up to `limit + 1` of them. */
export async function manyArrived(
  database: CommonQueryMethods,
  { tenantId, devEui, rejectedOnly = false }: ArrivedFilter,
  page: PageRequest,
): Promise<readonly Arrived[]> {
  const conditions = [
    tenantId === null ? sql.fragment`TRUE` : sql.fragment`tenant_id = ${tenantId}::uuid`,
    devEui === undefined ? sql.fragment`TRUE` : sql.fragment`dev_eui = ${devEui}`,
    behind(refusedKey, page),
  ];
  const refused = await database.any(sql.type(refusedRow)`
    SELECT id, at, tenant_id, key_id, path, status, code, detail, dev_eui, bytes FROM sensing.refused_messages
    WHERE ${all(conditions)} ORDER BY ${sorted(refusedKey, page)} LIMIT ${page.limit + 1}`);
  const readings = rejectedOnly ? [] : await manyReadings(database, { tenantId, devEui }, page);
  const arrived: Arrived[] = [
    ...refused.map((refusal) => ({ kind: 'refused' as const, at: refusal.at, id: refusal.id, refusal })),
    ...readings.map((reading) => ({
      kind: 'taken' as const,
      at: reading.receivedAt,
      id: reading.frameId,
      reading,
    })),
  ];
  const sign = page.order === 'desc' ? -1 : 1;
  const compare = (a: Arrived, b: Arrived): number => {
    const [one, other] = [`${a.at} ${a.id}`, `${b.at} ${b.id}`];
    return one < other ? -sign : one > other ? sign : 0;
  };
  return arrived.sort(compare).slice(0, page.limit + 1);
}
