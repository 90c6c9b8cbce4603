import { rowProjection } from '../runner/row-projection.ts';
import { foldReservations } from './fold.ts';
import { reservationsTable } from './table.ts';

export const reservationsProjection = rowProjection({
  name: 'reservations',
  version: 1,
  table: reservationsTable,
  category: 'space',
  handles: [
    'ReservationRequested',
    'ReservationConfirmed',
    'ReservationExpired',
    'ReservationCancelled',
    'ReservationFulfilled',
  ],
  part: {
    column: 'reservation_id',
    of: ({ data }) => (data as { readonly reservation_id: string }).reservation_id,
  },
  fold: foldReservations,
});
