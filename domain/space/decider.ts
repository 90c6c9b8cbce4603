import { type Decider } from '../event/decider.ts';
import { type SpaceCommand } from './commands.ts';
import { decide } from './decide.ts';
import { type SpaceEvent } from './events.ts';
import { evolve, initialSpace } from './evolve.ts';
import { type SpaceState } from './state.ts';

export const spaceDecider: Decider<SpaceCommand, SpaceEvent, SpaceState> = {
  initialState: initialSpace,
  decide,
  evolve,
};

/** The same, of a space that never forgets what it published. */
export const spaceDeciderRememberingAll: Decider<SpaceCommand, SpaceEvent, SpaceState> = {
  ...spaceDecider,
  initialState: { status: 'unregistered', historyKeptS: Infinity },
};
