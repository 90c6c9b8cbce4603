import { type ProjectedEvent } from '../runner/projected-event.ts';
import { type SpaceCodeRow } from './table.ts';

/** One code of one site. */
export function foldSpaceCode(rows: readonly SpaceCodeRow[], event: ProjectedEvent): readonly SpaceCodeRow[] {
  switch (event.type) {
    case 'SpaceCodeClaimed':
      return [
        {
          tenant_id: event.tenantId,
          site_id: event.entityId,
          ...event.data,
          claimed_at: event.recordedAt,
          revision: event.revision,
        },
      ];
    case 'SpaceCodeReleased': {
      const { space_id } = event.data;
      return rows.filter((row) => row.space_id !== space_id);
    }
    default:
      return rows;
  }
}
