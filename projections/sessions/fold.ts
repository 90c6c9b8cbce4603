import { type Instant } from '../../domain/time/instant.ts';
import { correctionOf, type HistoryCorrected, sourceOfCorrection } from '../history/correction.ts';
import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type SessionRow } from './table.ts';

type Changed = Extract<ProjectedEvent, { type: 'OccupancyChanged' }>;

/**
 * The stay in progress, and those that a correction reaches. A stay goes on over a silence; only a bay seen vacant, or
 * another stay, ends it.
 */
export function foldSessions(open: readonly SessionRow[], event: ProjectedEvent): readonly SessionRow[] {
  switch (event.type) {
    case 'OccupancyChanged': {
      const { value, since, uncertainty_s } = event.data;
      if (value === 'UNKNOWN') return open;
      const departed = { at: since, cause: 'departure', uncertaintyS: uncertainty_s } as const;
      return value === 'VACANT' ? ended(open, departed, event.revision) : occupied(open, event);
    }
    case 'OccupancyHistoryCorrected':
      return corrected(open, event);
    case 'SpaceDecommissioned': {
      const gone = { at: event.data.at, cause: 'decommissioned', uncertaintyS: 0 } as const;
      return ended(open, gone, event.revision);
    }
    default:
      return open;
  }
}

function occupied(open: readonly SessionRow[], event: Changed): readonly SessionRow[] {
  const { session_id, since, uncertainty_s, bridged } = event.data;
  if (session_id === undefined) return open;
  const current = open.find((row) => row.session_id === session_id);
  if (current !== undefined) {
    return open.map((row) =>
      row === current
        ? withQuality({ ...row, bridged: row.bridged || bridged, revision: event.revision })
        : row,
    );
  }
  // The stay before was never seen to end: it ended somewhere in the gap.
  const departed = { at: since, cause: 'departure', uncertaintyS: uncertainty_s } as const;
  return [...ended(open, departed, event.revision), begun(event, session_id)];
}

/** The stays that the correction names are replaced; the others, reached or not, stay as they are. */
function corrected(rows: readonly SessionRow[], event: HistoryCorrected): readonly SessionRow[] {
  const { staysBefore, staysAfter, correctionNo } = correctionOf(event);
  const named = new Set([...staysBefore, ...staysAfter].map(({ sessionId }) => sessionId));
  const told = staysAfter.map((stay): SessionRow => {
    const { sessionId, start, end, uncertaintyS, bridged } = stay;
    const former = rows.find((row) => row.session_id === sessionId);
    const endCause = end === null ? null : former?.end_at === end ? former.end_cause : 'departure';
    return withQuality({
      tenant_id: event.tenantId,
      space_id: event.entityId,
      session_id: sessionId,
      start_at: start,
      end_at: end,
      uncertainty_s: uncertaintyS,
      bridged,
      quality: 'corrected',
      correction_no: correctionNo,
      source: former?.source ?? sourceOfCorrection(event),
      end_cause: endCause,
      revision: event.revision,
    });
  });
  return [...rows.filter((row) => !named.has(row.session_id)), ...told];
}

interface End {
  readonly at: Instant;
  readonly cause: 'departure' | 'decommissioned';
  readonly uncertaintyS: number;
}

/** A stay of no length is none. */
function ended(open: readonly SessionRow[], end: End, revision: number): readonly SessionRow[] {
  return open
    .filter((row) => row.start_at < end.at)
    .map((row) =>
      withQuality({
        ...row,
        end_at: end.at,
        end_cause: end.cause,
        uncertainty_s: row.uncertainty_s + end.uncertaintyS,
        revision,
      }),
    );
}

function begun(event: Changed, sessionId: string): SessionRow {
  return withQuality({
    tenant_id: event.tenantId,
    space_id: event.entityId,
    session_id: sessionId,
    start_at: event.data.since,
    end_at: null,
    uncertainty_s: event.data.uncertainty_s,
    bridged: false,
    quality: 'clean',
    correction_no: 0,
    source: event.data.source,
    end_cause: null,
    revision: event.revision,
  });
}

function withQuality(row: SessionRow): SessionRow {
  if (row.correction_no > 0) return { ...row, quality: 'corrected' };
  const quality = row.uncertainty_s > 0 ? 'uncertain' : row.bridged ? 'bridged' : 'clean';
  return { ...row, quality };
}
