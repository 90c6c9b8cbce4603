import { type DeviceAssignment, type DeviceState } from '../../domain/device/state.ts';
import { type ToldSilence } from '../../domain/device/commands.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { type Session } from './device-order.ts';
import { frameContext, type Stretch } from './observation.ts';
import { type Spaces, type Told } from './spaces.ts';
import { type Silence } from './timeline.ts';

export interface TellingContext {
  readonly handlers: Handlers;
  readonly spaces: Spaces;
  readonly now: () => Instant;
}

/** Assignments as a sensor that touch [from, through]: a display's silence says nothing of a bay. */
export function watchesBetween(
  device: DeviceState,
  from: Instant,
  through: Instant,
): readonly DeviceAssignment[] {
  if (device.status === 'unregistered') return [];
  return device.assignments.filter(
    (one) =>
      one.role === 'sensor' &&
      one.from <= through &&
      (one.to === null || (one.to > from && one.from < one.to)),
  );
}

/** Tells each space that the device watched in this stretch; the spaces cut out what concerns them (rule D2). */
export async function tellSpaces(
  { spaces }: TellingContext,
  device: DeviceState,
  stretch: Stretch,
): Promise<ReadonlyMap<string, Told>> {
  const told = new Map<string, Told>();
  for (const { spaceId } of watchesBetween(device, stretch.from, stretch.through)) {
    if (!told.has(spaceId)) told.set(spaceId, await spaces.tellStretch(stretch, spaceId));
  }
  return told;
}

export interface SilencesOfStretch {
  readonly from: Instant;
  readonly through: Instant;
  readonly silences: readonly Silence[];
  /** The frame that took a silence back; null: none may be. */
  readonly frameId: string | null;
  readonly session: Session | null;
}

/** Tells the device's own stream. `correlationId`: a frame's id, as with the space that loses sight of its bay. */
export async function tellSilences(
  { handlers, now }: TellingContext,
  key: { readonly tenantId: string; readonly devEui: string },
  { from, through, silences, frameId, session }: SilencesOfStretch,
  correlationId: string,
): Promise<void> {
  const at = now();
  const told = silences.map((silence): ToldSilence => ({
    ...silence,
    ...(session === null || silence.endedAt !== null
      ? {}
      : { session: session.label, ...(session.fCnt === null ? {} : { fCnt: session.fCnt }) }),
  }));
  await handlers.device.handle(
    key.devEui,
    {
      type: 'TellSilences',
      from,
      through,
      silences: told,
      ...(frameId === null ? {} : { frameId }),
      now: at,
    },
    frameContext(key.tenantId, correlationId, `silences/${from}/${through}`, at),
  );
}
