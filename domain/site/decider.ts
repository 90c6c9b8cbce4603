import { type Decider } from '../event/decider.ts';
import { type SiteCommand } from './commands.ts';
import { decide } from './decide.ts';
import { type SiteEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { initialSite, type SiteState } from './state.ts';

export const siteDecider: Decider<SiteCommand, SiteEvent, SiteState> = {
  initialState: initialSite,
  decide,
  evolve,
};
