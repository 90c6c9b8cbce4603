import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { instant, nullableInstant } from '../reading/row-parsers.ts';

const correctionRow = z
  .object({
    session_id: z.string(),
    space_id: z.string(),
    correction_no: z.number(),
    change: z.enum(['added', 'removed', 'changed']),
    from_at: instant,
    to_at: instant,
    former_start_at: nullableInstant,
    former_end_at: nullableInstant,
    former_uncertainty_s: z.number().nullable(),
    start_at: nullableInstant,
    end_at: nullableInstant,
    uncertainty_s: z.number().nullable(),
    recorded_at: instant,
    frame_id: z.string().nullable(),
    dev_eui: z.string().nullable(),
    revision: z.number(),
  })
  .transform((row) => ({
    session_id: row.session_id,
    space_id: row.space_id,
    correction_no: row.correction_no,
    change: row.change,
    from: row.from_at,
    to: row.to_at,
    before: timesOf(row.former_start_at, row.former_end_at, row.former_uncertainty_s),
    after: timesOf(row.start_at, row.end_at, row.uncertainty_s),
    recorded_at: row.recorded_at,
    evidence: row.frame_id === null ? null : { frame_id: row.frame_id, dev_eui: row.dev_eui },
    revision: row.revision,
  }));
export type SessionCorrectionView = z.infer<typeof correctionRow>;

function timesOf(start: string | null, end: string | null, uncertaintyS: number | null) {
  return start === null ? null : { start_time: start, end_time: end, uncertainty_s: uncertaintyS ?? 0 };
}

/** All corrections that a stay has seen, the first one first. A stay that was removed has them too. */
export async function manyCorrectionsOfSession(
  database: CommonQueryMethods,
  tenantId: string,
  sessionId: string,
): Promise<readonly SessionCorrectionView[]> {
  return database.any(sql.type(correctionRow)`
    SELECT session_id, space_id, correction_no, change, from_at, to_at, former_start_at, former_end_at,
      former_uncertainty_s, start_at, end_at, uncertainty_s, recorded_at, frame_id, dev_eui, revision
    FROM read_model.session_corrections
    WHERE tenant_id = ${tenantId}::uuid AND session_id = ${sessionId}::uuid ORDER BY revision`);
}
