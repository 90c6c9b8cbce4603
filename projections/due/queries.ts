import { type CommonQueryMethods, sql } from 'slonik';
import { z } from 'zod';
import { type DueSpace, type DueStreams } from '../../application/ports/due-streams.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { instant } from '../reading/row-parsers.ts';

const dueRow = z
  .object({ tenant_id: z.string(), space_id: z.string(), next_due_at: instant })
  .transform((row): DueSpace => ({ tenantId: row.tenant_id, spaceId: row.space_id, dueAt: row.next_due_at }));

/** What the clock process looks at. */
export function dueStreams(database: CommonQueryMethods): DueStreams {
  return {
    overdue: (now: Instant, limit: number) =>
      database.any(sql.type(dueRow)`
        SELECT tenant_id, space_id, next_due_at FROM read_model.due
        WHERE next_due_at <= ${now}::timestamptz ORDER BY next_due_at, space_id LIMIT ${limit}`),
  };
}
