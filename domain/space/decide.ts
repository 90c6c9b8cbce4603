import { accept, type Decision, reject } from '../event/decider.ts';
import { catchUp } from './boundaries.ts';
import { type SpaceCommand } from './commands.ts';
import { Draft } from './draft.ts';
import { assignDisplay, assignSensor, unassignDisplay, unassignSensor } from './decide/assignments.ts';
import { observeOccupancy } from './decide/observe-occupancy.ts';
import { applyOverride, liftOverride } from './decide/overrides.ts';
import { adoptPolicy, changeSpace, decommission, moveToZone, registerSpace } from './decide/registration.ts';
import { cancelReservation, reserve } from './decide/reservations.ts';
import { type SpaceEvent } from './events.ts';
import { type Refusal } from './refusal.ts';
import { type SpaceState } from './state.ts';

/**
 * Decides one command on one space. Every command first catches up the calendar boundaries ≤ now; a refused command
 * records nothing, not even those.
 */
export function decide(command: SpaceCommand, state: SpaceState): Decision<SpaceEvent> {
  if (command.type === 'RegisterSpace') return registerSpace(command, state);
  if (state.status === 'unregistered') return unregistered(command);
  if (state.status === 'decommissioned') return afterTheEnd(command);
  const draft = new Draft(state);
  catchUp(draft, command.now);
  const refusal = decideOn(draft, command);
  return refusal === null ? accept(...draft.events) : reject(refusal);
}

function decideOn(draft: Draft, command: Exclude<SpaceCommand, { type: 'RegisterSpace' }>): Refusal {
  switch (command.type) {
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
    case 'ApplyOverride':
      return applyOverride(draft, command);
    case 'LiftOverride':
      return liftOverride(draft, command);
    case 'Reserve':
      return reserve(draft, command);
    case 'CancelReservation':
      return cancelReservation(draft, command);
    case 'AdvanceTo':
      return null;
    default:
      return ((_: never) => null)(command);
  }
}

function unregistered(command: SpaceCommand): Decision<SpaceEvent> {
  if (command.type === 'AdvanceTo') return accept();
  if (command.type === 'ObserveOccupancy') {
    return reject({ code: 'invalid-transition', detail: 'The space has not been registered.' });
  }
  return reject({ code: 'not-found', detail: 'There is no such space.' });
}

function afterTheEnd(command: SpaceCommand): Decision<SpaceEvent> {
  if (command.type === 'AdvanceTo' || command.type === 'DecommissionSpace') return accept();
  if (command.type === 'ObserveOccupancy') {
    return reject({ code: 'invalid-transition', detail: 'The space has been decommissioned.' });
  }
  return reject({ code: 'decommissioned', detail: 'The space has been decommissioned.' });
}
