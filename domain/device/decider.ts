import { type Decider } from '../event/decider.ts';
import { type DeviceCommand } from './commands.ts';
import { decide } from './decide.ts';
import { type DeviceEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { initialDevice, type DeviceState } from './state.ts';

export const deviceDecider: Decider<DeviceCommand, DeviceEvent, DeviceState> = {
  initialState: initialDevice,
  decide,
  evolve,
};
