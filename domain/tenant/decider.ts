import { type Decider } from '../event/decider.ts';
import { type TenantCommand } from './commands.ts';
import { decide } from './decide.ts';
import { type TenantEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { initialTenant, type TenantState } from './state.ts';

export const tenantDecider: Decider<TenantCommand, TenantEvent, TenantState> = {
  initialState: initialTenant,
  decide,
  evolve,
};
