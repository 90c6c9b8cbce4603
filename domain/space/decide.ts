import { accept, type Decision, reject } from '../event/decider.ts';
import { catchUp } from './catch-up.ts';
import { type SpaceCommand } from './commands.ts';
import { Draft } from './draft.ts';
import { assignDisplay, unassignDisplay } from './decide/assign-display.ts';
import { assignSensor, unassignSensor } from './decide/assign-sensor.ts';
import { cancelReservation } from './decide/cancel-reservation.ts';
import { adoptPolicy, changeSpace, moveToZone } from './decide/change.ts';
import { decommission } from './decide/decommission.ts';
import { observeOccupancy } from './decide/observe-occupancy.ts';
import { observeTimeline } from './decide/observe-timeline.ts';
import { applyOverride, liftOverride } from './decide/overrides.ts';
import { type Refusal } from './decide/refusal.ts';
import { registerAgain, registerSpace } from './decide/register.ts';
import { reserve } from './decide/reserve.ts';
import { type SpaceEvent } from './events.ts';
import { type LiveSpace, type SpaceState } from './state.ts';

/**
 * Decides one command on one space. Every command first catches up the calendar boundaries ≤ now; a refused command
 * records nothing, not even those: the next one will.
 */
export function decide(command: SpaceCommand, state: SpaceState): Decision<SpaceEvent> {
  if (state.status === 'unregistered') return onNothing(command);
  if (state.status === 'decommissioned') return afterTheEnd(command, state);
  const draft = new Draft(state, command.now);
  catchUp(draft, command.type === 'AdvanceTo' ? command.evidenceThrough : null);
  const refusal = decideOn(draft, command);
  return refusal === null ? accept(...draft.events) : reject(refusal);
}

function decideOn(draft: Draft, command: SpaceCommand): Refusal {
  switch (command.type) {
    case 'RegisterSpace':
      return registerAgain(draft, command);
    case 'ChangeSpace':
      return changeSpace(draft, command);
    case 'MoveSpaceToZone':
      return moveToZone(draft, command);
    case 'AdoptPolicy':
      return adoptPolicy(draft, command);
    case 'DecommissionSpace':
      return decommission(draft, command);
    case 'AssignSensor':
      return assignSensor(draft, command);
    case 'UnassignSensor':
      return unassignSensor(draft, command);
    case 'AssignDisplay':
      return assignDisplay(draft, command);
    case 'UnassignDisplay':
      return unassignDisplay(draft, command);
    case 'ObserveOccupancy':
      return observeOccupancy(draft, command);
    case 'ObserveTimeline':
      return observeTimeline(draft, command);
    case 'ApplyOverride':
      return applyOverride(draft, command);
    case 'LiftOverride':
      return liftOverride(draft, command);
    case 'Reserve':
      return reserve(draft, command);
    case 'CancelReservation':
      return cancelReservation(draft, command);
    case 'AdvanceTo':
      // Catching up was all.
      return null;
    default:
      return ((_: never) => null)(command);
  }
}

function onNothing(command: SpaceCommand): Decision<SpaceEvent> {
  switch (command.type) {
    case 'RegisterSpace':
      return registerSpace(command);
    case 'AdvanceTo':
      return accept();
    case 'ObserveOccupancy':
    case 'ObserveTimeline':
      return reject({ code: 'invalid-transition', detail: 'The space has not been registered.' });
    default:
      return reject({ code: 'not-found', detail: 'There is no such space.' });
  }
}

/** Nothing happens any more: what would record something is refused, a repeat of what was done before is not. */
function afterTheEnd(command: SpaceCommand, space: LiveSpace): Decision<SpaceEvent> {
  if (command.type === 'DecommissionSpace' || command.type === 'AdvanceTo') return accept();
  const detail = 'The space has been decommissioned.';
  if (command.type === 'ObserveOccupancy' || command.type === 'ObserveTimeline')
    return reject({ code: 'invalid-transition', detail });
  const draft = new Draft(space, command.now);
  const isRepeat = decideOn(draft, command) === null && draft.events.length === 0;
  return isRepeat ? accept() : reject({ code: 'decommissioned', detail });
}
