import { nextDue } from '../../domain/space/boundaries.ts';
import { evolve } from '../../domain/space/evolve.ts';
import { isOpen } from '../../domain/space/next-boundary.ts';
import { blankSpace } from '../spaces-current/blank-space.ts';
import { isSpaceEvent } from '../runner/of-category.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type DueRow } from './table.ts';

export function foldDue(rows: readonly DueRow[], event: ProjectedEvent): readonly DueRow[] {
  if (!isSpaceEvent(event)) return rows;
  const space = evolve({ ...blankSpace, ...rows[0]?.facts }, event);
  if (space.status !== 'live') return [];
  const facts = { overrides: space.overrides, reservations: space.reservations.filter(isOpen) };
  const { nextDueAt, nextEvidenceDueAt } = nextDue({ ...space, ...facts });
  if (facts.overrides.length === 0 && facts.reservations.length === 0) return [];
  return [
    {
      tenant_id: event.tenantId,
      space_id: event.entityId,
      stream: event.stream,
      next_due_at: nextDueAt,
      next_evidence_due_at: nextEvidenceDueAt,
      facts,
      revision: event.revision,
    },
  ];
}
