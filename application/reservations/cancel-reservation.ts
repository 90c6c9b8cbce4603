import { type Reason } from '../../domain/reason/reason.ts';
import { type CommandContext } from '../commands/command-context.ts';
import { type Handlers, type SpaceOutcome } from '../commands/handlers.ts';
import { type ReservationDirectory } from '../ports/reservation-directory.ts';

export interface Cancellation {
  readonly reservationId: string;
  readonly by: 'holder' | 'operator' | 'system';
  readonly reason: Reason;
}

/** Cancels a booking wherever it is. Repeating it gives the same answer (R12). */
export async function cancelReservation(
  tools: { readonly handlers: Handlers; readonly directory: ReservationDirectory },
  cancellation: Cancellation,
  context: CommandContext,
): Promise<SpaceOutcome & { readonly spaceId?: string }> {
  const spaceId = await tools.directory.find(context.tenantId, cancellation.reservationId);
  if (spaceId === null) {
    return { ok: false, rejection: { code: 'not-found', detail: 'There is no such reservation.' } };
  }
  const outcome = await tools.handlers.space.handle(
    spaceId,
    { type: 'CancelReservation', now: context.decidedAt, ...cancellation },
    context,
  );
  return { ...outcome, spaceId };
}
