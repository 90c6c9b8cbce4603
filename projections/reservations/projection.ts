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
  fold: foldReservations,
});
