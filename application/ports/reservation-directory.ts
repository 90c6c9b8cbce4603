/**
 * Which space a reservation is on: a small table written *before* the append, so that a cancellation right after the
 * booking finds it, and a reservation id is unique in its tenant. A row is only a claim until the space's stream
 * holds the reservation; it can be rebuilt from the events.
 */
export interface ReservationDirectory {
  /** Writes the row if there is none; answers the space that the id belongs to now, and whether this call wrote it. */
  claim(
    tenantId: string,
    reservationId: string,
    spaceId: string,
  ): Promise<{ readonly spaceId: string; readonly isNew: boolean }>;
  /** Takes over a claim that came to nothing. False when somebody else was faster. */
  takeOver(tenantId: string, reservationId: string, fromSpaceId: string, toSpaceId: string): Promise<boolean>;
  find(tenantId: string, reservationId: string): Promise<string | null>;
}
