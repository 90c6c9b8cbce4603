import { type AssignDisplay, type UnassignDisplay } from '../commands.ts';
import { type Draft } from '../draft.ts';
import { liveIn } from '../evolve-assignment.ts';
import { refuseBeginning, refuseEnd, unassignedAlready } from './assignment-rules.ts';
import { type Refusal } from './refusal.ts';

/** A space has one display; over a live one this is a swap. */
export function assignDisplay(draft: Draft, { devEui, from }: AssignDisplay): Refusal {
  const { displays } = draft.space;
  const live = liveIn(displays);
  if (live?.devEui === devEui && live.from === from) return null;
  const refusal = refuseBeginning(draft, displays, devEui, from);
  if (refusal !== null) return refusal;
  if (live !== null) {
    const data = { dev_eui: live.devEui, to: from };
    draft.recordQuietly({ type: 'DisplayUnassigned', data }, from);
  }
  draft.recordQuietly({ type: 'DisplayAssigned', data: { dev_eui: devEui, from } }, from);
  return null;
}

export function unassignDisplay(draft: Draft, { devEui, to }: UnassignDisplay): Refusal {
  const live = liveIn(draft.space.displays);
  if (live?.devEui !== devEui) return unassignedAlready(draft.space.displays, devEui);
  const refusal = refuseEnd(draft, live, to);
  if (refusal !== null) return refusal;
  draft.recordQuietly({ type: 'DisplayUnassigned', data: { dev_eui: devEui, to } }, to);
  return null;
}
