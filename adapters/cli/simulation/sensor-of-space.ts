import { assignmentAt, type RegisteredDevice } from '../../../domain/device/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { maybeOneTenant } from '../../../projections/tenants/queries.ts';
import { deviceTypeById } from '../../lorawan/device-types.ts';
import { Failure } from '../failure.ts';
import { type FoundSpace } from '../find-space.ts';
import { type SimulatedDevice } from '../simulated-uplink.ts';
import { type Resources } from '../system/connect.ts';

export interface SimulatedSensor extends SimulatedDevice {
  /** Whether it watched this space at an instant: what it says of another time changes nothing here. */
  readonly watchedAt: (at: Instant) => boolean;
}

/** The sensor that a space has now. Refused for tenants that are live: nobody may make up frames of real bays. */
export async function sensorOfSpace(resources: Resources, space: FoundSpace): Promise<SimulatedSensor> {
  const { code, sensorEui, spaceId, tenantId } = space;
  const tenant = await maybeOneTenant(resources.read, tenantId);
  if (tenant?.mode !== 'test')
    throw new Failure('tenant-is-live', 'simulated frames are only for tenants in mode test');
  if (sensorEui === null) throw new Failure('no-sensor', `${code} has no sensor`);
  const { state } = await resources.handlers.device.load(tenantId, sensorEui);
  const type = state.status === 'unregistered' ? null : deviceTypeById(state.deviceType);
  if (type === null || state.status === 'unregistered')
    throw new Failure('unknown-device-type', `the type of the sensor ${sensorEui} is not known`);
  const device: RegisteredDevice = state;
  return {
    devEui: sensorEui,
    name: code,
    type,
    watchedAt: (at) => assignmentAt(device, at)?.spaceId === spaceId,
  };
}
