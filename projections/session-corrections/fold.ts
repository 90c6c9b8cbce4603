import { correctionOf, type ToldStay } from '../history/correction.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type SessionCorrectionRow } from './table.ts';

/** A row for each stay that a correction names. */
export function foldSessionCorrections(
  rows: readonly SessionCorrectionRow[],
  event: ProjectedEvent,
): readonly SessionCorrectionRow[] {
  if (event.type !== 'OccupancyHistoryCorrected') return rows;
  const { from, to, correctionNo, staysBefore, staysAfter } = correctionOf(event);
  const { evidence } = event.data;
  const ids = new Set([...staysBefore, ...staysAfter].map(({ sessionId }) => sessionId));
  return [...ids].map((sessionId): SessionCorrectionRow => {
    const before = staysBefore.find((stay) => stay.sessionId === sessionId) ?? null;
    const after = staysAfter.find((stay) => stay.sessionId === sessionId) ?? null;
    return {
      tenant_id: event.tenantId,
      space_id: event.entityId,
      session_id: sessionId,
      correction_no: correctionNo,
      change: changeOf(before, after),
      from_at: from,
      to_at: to,
      former_start_at: before?.start ?? null,
      former_end_at: before?.end ?? null,
      former_uncertainty_s: before?.uncertaintyS ?? null,
      start_at: after?.start ?? null,
      end_at: after?.end ?? null,
      uncertainty_s: after?.uncertaintyS ?? null,
      recorded_at: event.recordedAt,
      actor: event.actor,
      frame_id: evidence?.frame_id ?? null,
      dev_eui: evidence?.dev_eui ?? null,
      revision: event.revision,
    };
  });
}

function changeOf(before: ToldStay | null, after: ToldStay | null): SessionCorrectionRow['change'] {
  if (before === null) return 'added';
  return after === null ? 'removed' : 'changed';
}
