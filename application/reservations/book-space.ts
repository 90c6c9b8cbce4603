import { type Rejection } from '../../domain/event/rejection.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type CommandContext } from '../commands/command-context.ts';
import { type Handlers } from '../commands/handlers.ts';
import { derivedId } from '../ids/ids.ts';
import { type Holder, type PersonalDataProtection } from '../personal-data/protect.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type Position } from '../ports/event-store/position.ts';
import { streamName } from '../ports/event-store/stream-name.ts';
import { type ReservationDirectory } from '../ports/reservation-directory.ts';

export interface BookingRequest {
  readonly spaceId: string;
  readonly start: Instant;
  readonly end: Instant;
  /** The client's own id, unique in the tenant; else made from the command. */
  readonly reservationId?: string;
  readonly holderRef?: string;
  readonly holder?: Holder;
}

export type Booked =
  | {
      readonly ok: true;
      readonly reservationId: string;
      readonly revision: number | null;
      readonly position: Position | null;
    }
  | { readonly ok: false; readonly rejection: Rejection };

export interface BookingTools {
  readonly store: EventStore;
  readonly handlers: Handlers;
  readonly directory: ReservationDirectory;
  readonly protection: PersonalDataProtection;
}

/**
 * Books one space. The directory row is written before the append, so that a cancellation right behind it finds the
 * space, on every process. The space's stream alone decides whether the slot is free.
 */
export async function bookSpace(
  tools: BookingTools,
  request: BookingRequest,
  context: CommandContext,
): Promise<Booked> {
  const { spaceId, start, end } = request;
  const reservationId = request.reservationId ?? derivedId(context.commandId, 'reservation');
  const taken = await claimReservationId(tools, reservationId, spaceId, context);
  if (taken !== null) return { ok: false, rejection: taken };
  const { subjectId, holder } = await tools.protection.protectHolder(
    context,
    request.holderRef,
    request.holder,
  );
  const outcome = await tools.handlers.space.handle(
    spaceId,
    {
      type: 'Reserve',
      now: context.decidedAt,
      reservationId,
      allocationId: derivedId(context.commandId, 'allocation'),
      start,
      end,
      subjectId,
      ...(holder === undefined ? {} : { holder }),
    },
    context,
  );
  if (!outcome.ok) return outcome;
  return { ok: true, reservationId, revision: outcome.revision, position: outcome.position };
}

/**
 * Null when the id is ours. A row is only a claim until its space's stream has the reservation: one that came to
 * nothing is taken over, one whose booking is long over stays taken.
 */
async function claimReservationId(
  tools: BookingTools,
  reservationId: string,
  spaceId: string,
  context: CommandContext,
): Promise<Rejection | null> {
  const { tenantId } = context;
  const row = await tools.directory.claim(tenantId, reservationId, spaceId);
  if (row.isNew) return null;
  const recorded = await findRecorded(tools, tenantId, row.spaceId, reservationId);
  // The decider compares a repeat with the booking that it still holds.
  if (row.spaceId === spaceId && recorded !== 'forgotten') return null;
  if (recorded === 'no' && (await tools.directory.takeOver(tenantId, reservationId, row.spaceId, spaceId)))
    return null;
  return {
    code: 'already-exists',
    detail: 'There is a reservation with this reservation_id already.',
    facts: { reservation_id: reservationId },
  };
}

/** `forgotten`: in the stream, but so long ago that the folded state no longer holds it. */
async function findRecorded(
  tools: BookingTools,
  tenantId: string,
  spaceId: string,
  reservationId: string,
): Promise<'no' | 'held' | 'forgotten'> {
  const { state } = await tools.handlers.space.load(tenantId, spaceId);
  if (state.status === 'unregistered') return 'no';
  if (state.reservations.some((one) => one.id === reservationId)) return 'held';
  for await (const page of tools.store.readStream(streamName('space', tenantId, spaceId))) {
    const found = page.some(
      (event) => event.type === 'ReservationRequested' && event.data['reservation_id'] === reservationId,
    );
    if (found) return 'forgotten';
  }
  return 'no';
}
