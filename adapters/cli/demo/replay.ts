import { type CommandContext } from '../../../application/commands/command-context.ts';
import { assignDevice } from '../../../application/devices/assign-device.ts';
import { derivedId, sessionId } from '../../../application/ids/ids.ts';
import { bookSpace } from '../../../application/reservations/book-space.ts';
import { type Actor } from '../../../domain/event/metadata.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { refused } from '../act.ts';
import { type Resources } from '../system/connect.ts';
import { type PlannedSensor, type PlannedSpace } from './city.ts';
import { type SpaceHistory, type Step } from './past.ts';

export const DEMO_ACTOR: Actor = { type: 'import', id: 'demo' };

export interface Replay {
  readonly tenantId: string;
  /** Ids of the spaces by their codes. */
  readonly spaceIds: ReadonlyMap<string, string>;
  readonly until: Instant;
  readonly signal: AbortSignal;
  readonly onStep: () => void;
}

/** Enough to fill the appends of a group commit; more would only wait. */
const SIDE_BY_SIDE = 64;

/**
 * The past as commands with `now` = the simulated instant. Each space goes through its own steps in order; spaces go
 * side by side, since none knows of another.
 */
export async function replayPast(
  resources: Resources,
  histories: readonly SpaceHistory[],
  replay: Replay,
): Promise<void> {
  const waiting = histories[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const history of waiting) await replaySpace(resources, history, replay);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, histories.length) }, worker));
}

async function replaySpace(
  resources: Resources,
  { space, steps }: SpaceHistory,
  replay: Replay,
): Promise<void> {
  const spaceId = replay.spaceIds.get(space.code);
  if (spaceId === undefined) throw new Error(`the demo city has no space ${space.code}`);
  let hasBoundaries = false;
  for (const step of steps) {
    replay.signal.throwIfAborted();
    // What began or ended by itself in between is announced before what happened next.
    if (hasBoundaries) await advance(resources, replay, spaceId, step.at);
    await take(resources, replay, spaceId, space, step);
    hasBoundaries ||= step.kind === 'book' || step.kind === 'override';
    replay.onStep();
  }
  if (hasBoundaries) await advance(resources, replay, spaceId, replay.until);
}

/** A refusal is no mistake: people ask for slots that are taken. */
async function take(
  resources: Resources,
  replay: Replay,
  spaceId: string,
  space: PlannedSpace,
  step: Step,
): Promise<void> {
  const { handlers } = resources;
  const context = contextAt(replay.tenantId, spaceId, step.kind, step.at);
  const now = step.at;
  switch (step.kind) {
    case 'observe':
      await handlers.space.handle(
        spaceId,
        {
          type: 'ObserveOccupancy',
          value: step.occupied ? 'OCCUPIED' : 'VACANT',
          since: now,
          source: 'sensor',
          devEui: space.sensor.devEui,
          lastHeardAt: now,
          uncertaintyS: 0,
          sessionId: sessionId(spaceId, context.commandId),
          now,
        },
        context,
      );
      return;
    case 'swap':
      await swap(resources, spaceId, space.successor, step.at, context);
      return;
    case 'book':
      await bookSpace(resources, { spaceId, start: step.start, end: step.end }, context);
      return;
    case 'override':
      await handlers.space.handle(
        spaceId,
        {
          type: 'ApplyOverride',
          overrideId: derivedId(context.commandId, 'override'),
          kind: 'OUT_OF_SERVICE',
          reason: { code: step.reason },
          startsAt: now,
          endsAt: step.until,
          onConflict: 'displace',
          force: false,
          now,
        },
        context,
      );
  }
}

async function swap(
  { handlers }: Resources,
  spaceId: string,
  successor: PlannedSensor | null,
  from: Instant,
  context: CommandContext,
): Promise<void> {
  if (successor === null) throw new Error('nothing takes the place of this sensor');
  const { devEui, type } = successor;
  const swapped = await assignDevice(
    handlers,
    spaceId,
    { devEui, role: 'sensor', deviceType: type.id, heartbeatS: type.heartbeatS, from },
    context,
  );
  if (!swapped.ok) throw refused(swapped.rejection);
}

async function advance(
  { handlers }: Resources,
  { tenantId }: Replay,
  spaceId: string,
  now: Instant,
): Promise<void> {
  await handlers.space.handle(
    spaceId,
    { type: 'AdvanceTo', now, evidenceThrough: now },
    contextAt(tenantId, spaceId, 'advance', now),
  );
}

function contextAt(tenantId: string, spaceId: string, what: string, at: Instant): CommandContext {
  const commandId = derivedId(spaceId, `demo/${what}/${at}`);
  return { tenantId, commandId, correlationId: commandId, actor: DEMO_ACTOR, decidedAt: at };
}
