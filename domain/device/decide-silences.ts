import { accept, type Decision } from '../event/decider.ts';
import { type Decided } from '../event/event.ts';
import { type TellSilences, type ToldSilence } from './commands.ts';
import { type DeviceEvent } from './events.ts';
import { type RegisteredDevice, type Silence } from './state.ts';

/** What differs from the silences that were told of this stretch (rule U9): retractions first, then in order of time. */
export function tellSilences(command: TellSilences, state: RegisteredDevice): Decision<DeviceEvent> {
  const { from, through, silences, frameId } = command;
  const recorded = state.silences.filter(({ deadline }) => from <= deadline && deadline <= through);
  const retracted = recorded
    .filter(({ deadline }) => silences.every((one) => one.deadline !== deadline))
    // Without a frame nobody can say that there was none.
    .flatMap(({ deadline }) => (frameId === undefined ? [] : [retraction(deadline, frameId)]));
  const told = silences.flatMap((silence) => toldAnew(silence, recorded));
  return accept(...retracted, ...told);
}

function retraction(deadline: Silence['deadline'], frameId: string): Decided<DeviceEvent> {
  const data = { deadline, frame_id: frameId };
  return { event: { type: 'DeviceStaleRetracted', data }, occurredAt: deadline };
}

function toldAnew(silence: ToldSilence, recorded: readonly Silence[]): readonly Decided<DeviceEvent>[] {
  const { deadline, endedAt } = silence;
  const known = recorded.find((one) => one.deadline === deadline);
  const isOver = endedAt !== null && (known === undefined || known.endedAt === null);
  return [
    ...(known === undefined ? [wentStale(silence)] : []),
    ...(isOver
      ? [{ event: { type: 'DeviceHeardAgain', data: { at: endedAt } } as const, occurredAt: endedAt }]
      : []),
  ];
}

function wentStale({ lastHeardAt, deadline, session, fCnt }: ToldSilence): Decided<DeviceEvent> {
  const data = {
    last_heard_at: lastHeardAt,
    deadline,
    ...(session === undefined ? {} : { session }),
    ...(fCnt === undefined ? {} : { f_cnt: fCnt }),
  };
  return { event: { type: 'DeviceWentStale', data }, occurredAt: deadline };
}
