import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type DueSpace, type DueStreams } from '../../application/ports/due-streams.ts';
import { type Evidence } from '../../domain/frames/evidence.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { instant } from '../reading/row-parsers.ts';

const dueRow = z
  .object({ tenant_id: z.string(), space_id: z.string(), next_due_at: instant })
  .transform((row): DueSpace => ({ tenantId: row.tenant_id, spaceId: row.space_id, dueAt: row.next_due_at }));

function byTenant(evidence: Evidence | null): string {
  return JSON.stringify(Object.fromEntries(evidence?.byTenant ?? []));
}

/** What the clock process looks at. */
export function dueStreams(database: CommonQueryMethods): DueStreams {
  return {
    overdue: (now: Instant, evidence: Evidence | null, limit: number) =>
      database.any(sql.type(dueRow)`
        SELECT tenant_id, space_id, min(due_at) AS next_due_at FROM (
          SELECT tenant_id, space_id, next_due_at AS due_at FROM read_model.due
          WHERE next_due_at <= ${now}::timestamptz
          UNION ALL
          SELECT tenant_id, space_id, next_evidence_due_at FROM read_model.due
          WHERE next_evidence_due_at <= ${now}::timestamptz AND next_evidence_due_at <=
            coalesce((${byTenant(evidence)}::jsonb ->> tenant_id::text)::timestamptz,
              ${evidence?.through ?? null}::timestamptz)
        ) AS overdue
        GROUP BY tenant_id, space_id ORDER BY next_due_at, space_id LIMIT ${limit}`),
  };
}
