import { z } from 'zod';
import { deviceKindSchema, type DeviceKind } from '../../../domain/device/events.ts';
import { type DeviceState, liveAssignment } from '../../../domain/device/state.ts';
import { type Device } from '../../../projections/devices/queries.ts';
import { type KnownDeviceType } from '../dependencies.ts';
import { invalid, notFound } from '../problems/problem.ts';
import { idOutput, instantOutput, positionField } from './wire.ts';

const PRINTABLE = /^[\x21-\x7e]+$/;
export const deviceTypeInput = z
  .string()
  .min(1)
  .max(64)
  .regex(PRINTABLE)
  .describe('An id of `bayledger devices list-types`');
export const firmwareInput = z.string().min(1).max(32).regex(PRINTABLE);

/**
 * A sensor that cannot be decoded would be silent for ever, and so would a display that is registered as a sensor. A
 * display of a type that nobody knows here may be driven by others.
 */
export function requireFit(kind: DeviceKind, type: string, known: KnownDeviceType | null): void {
  if (kind === 'sensor') requireSensor(type, known);
  else if (known !== null && known.kind !== 'display') throw wrongKind(known, kind);
}

export function requireSensor(type: string, known: KnownDeviceType | null): KnownDeviceType {
  if (known === null) throw invalid('/device_type', 'unknown-device-type', `no decoder for ${type}`);
  if (known.kind === 'display') throw wrongKind(known, 'sensor');
  return known;
}

function wrongKind({ id, kind }: KnownDeviceType, asked: DeviceKind): Error {
  return invalid('/device_type', 'wrong-kind', `${id} is a ${kind}, not a ${asked}`);
}

/** What the aggregate and the read model both know. */
const shared = {
  dev_eui: z.string(),
  device_type: z.string(),
  kind: deviceKindSchema,
  firmware: z.string().nullable(),
  status: z.enum(['live', 'decommissioned']),
  space_id: idOutput.nullable(),
  assigned_from: instantOutput.nullable(),
  revision: z.number(),
};

export const deviceOutput = z
  .object({
    ...shared,
    registered_at: instantOutput,
    last_join_at: instantOutput.nullable(),
  })
  .meta({ id: 'Device' });
export const changedDeviceOutput = z.object({ ...shared, ...positionField });

export function deviceOf(devEui: string, state: DeviceState, revision: number | null) {
  if (state.status === 'unregistered') throw notFound();
  const assignment = liveAssignment(state);
  return {
    dev_eui: devEui,
    device_type: state.deviceType,
    kind: state.registered.kind,
    firmware: state.firmware,
    status: state.status,
    space_id: assignment?.spaceId ?? null,
    assigned_from: assignment?.from ?? null,
    revision: revision ?? 0,
  };
}

export function shownDevice(device: Device) {
  return {
    dev_eui: device.devEui,
    device_type: device.deviceType,
    kind: device.kind,
    firmware: device.firmware,
    status: device.status,
    space_id: device.spaceId,
    assigned_from: device.assignedFrom,
    registered_at: device.registeredAt,
    last_join_at: device.lastJoinAt,
    revision: device.revision,
  };
}
