import { type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { assignDevice, unassignDevice } from '../../../application/devices/assign-device.ts';
import { deviceKindSchema, type DeviceKind } from '../../../domain/device/events.ts';
import { manyAssignmentsOfSpace } from '../../../projections/device-assignments/queries.ts';
import { maybeOneStoredSpace } from '../../../projections/spaces-current/queries.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { changedSpaceOutput, spaceOf } from '../schemas/space.ts';
import {
  devEuiInput,
  freshnessQuery,
  idParams,
  instantInput,
  instantOutput,
  listOf,
  reasonInput,
} from '../schemas/wire.ts';

const assignBody = z.strictObject({
  dev_eui: devEuiInput,
  effective_at: instantInput.optional().describe('Default: now. The past is allowed, the future is not'),
  reason: reasonInput.optional().describe('Only its code is recorded'),
});

const unassignShape = {
  dev_eui: devEuiInput.optional().describe('Default: the one that is assigned'),
  effective_at: instantInput.optional().describe('Default: now'),
};
const unassignBody = z.strictObject({ ...unassignShape, reason: reasonInput.optional() }).optional();

const assignmentOutput = z.object({
  dev_eui: z.string(),
  role: deviceKindSchema,
  from: instantOutput,
  to: instantOutput.nullable(),
});

export function assignmentRoutes(api: Api, dependencies: HttpDependencies): void {
  const { read } = dependencies;

  for (const role of ['sensor', 'display'] as const) {
    putRoute(api, dependencies, role);
    deleteRoute(api, dependencies, role);
  }

  api.get(
    '/spaces/:id/assignments',
    {
      config: { permission: 'read', reads: ['device_assignments', 'spaces_current'] },
      schema: {
        operationId: 'listAssignments',
        tags: ['devices'],
        summary: 'Which devices a space had, and when',
        params: idParams,
        querystring: freshnessQuery,
        response: { 200: listOf(assignmentOutput) },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const space = await maybeOneStoredSpace(read.database, tenantId, request.params.id);
      if (space === null) throw notFound();
      const assignments = await manyAssignmentsOfSpace(read.database, tenantId, space.space_id);
      const items = assignments.map(({ devEui, role, from, to }) => ({ dev_eui: devEui, role, from, to }));
      return { items, next_cursor: null };
    },
  );
}

/** A swap is one PUT: the device that was there is taken off in the same append. */
function putRoute(api: Api, dependencies: HttpDependencies, role: DeviceKind): void {
  const { deviceType, handlers, now } = dependencies;
  api.put(
    `/spaces/:id/${role}`,
    {
      config: {
        permission: 'operate',
        problems: ['not-found', 'conflict-assignment', 'decommissioned', 'conflict-revision'],
      },
      schema: {
        operationId: role === 'sensor' ? 'assignSensor' : 'assignDisplay',
        tags: ['devices'],
        summary: `Give a space its ${role}`,
        description: 'Over one that is there already it is a swap.',
        params: idParams,
        body: assignBody,
        response: { 200: changedSpaceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const { dev_eui: devEui, effective_at: effectiveAt, reason } = request.body;
      const { seen } = await spaceToChange(handlers, request, id, now());
      const { state: device } = await handlers.device.load(context.tenantId, devEui);
      if (device.status === 'unregistered') throw notFound('/dev_eui');
      const assignment = {
        devEui,
        role,
        deviceType: device.deviceType,
        heartbeatS: deviceType(device.deviceType)?.heartbeatS ?? 0,
        from: effectiveAt ?? context.decidedAt,
      };
      const reasoned = { ...context, ...seen, ...(reason === undefined ? {} : { reasonCode: reason.code }) };
      const outcome = accepted(await assignDevice(handlers, id, assignment, reasoned));
      return answered(reply, outcome.position, spaceOf(id, outcome.state, outcome.revision, now()));
    },
  );
}

function deleteRoute(api: Api, dependencies: HttpDependencies, role: DeviceKind): void {
  const { handlers, now } = dependencies;
  api.delete(
    `/spaces/:id/${role}`,
    {
      config: { permission: 'operate', problems: ['conflict-assignment', 'conflict-revision'] },
      schema: {
        operationId: role === 'sensor' ? 'unassignSensor' : 'unassignDisplay',
        tags: ['devices'],
        summary: `Take the ${role} off a space`,
        description: 'Without one there is nothing to do: repeating it gives the same answer.',
        params: idParams,
        querystring: z.strictObject(unassignShape),
        body: unassignBody,
        response: { 200: changedSpaceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const { state, revision, position, seen } = await spaceToChange(handlers, request, id, now());
      const { dev_eui: named, effective_at: to, reason } = { ...request.query, ...request.body };
      const live = (role === 'sensor' ? state.sensors : state.displays).find((one) => one.to === null);
      const devEui = named ?? live?.devEui;
      if (devEui === undefined) return answered(reply, position, spaceOf(id, state, revision, now()));
      const removal = { devEui, role, to: to ?? context.decidedAt };
      const reasoned = { ...context, ...seen, ...(reason === undefined ? {} : { reasonCode: reason.code }) };
      const outcome = accepted(await unassignDevice(handlers, id, removal, reasoned));
      return answered(reply, outcome.position, spaceOf(id, outcome.state, outcome.revision, now()));
    },
  );
}

/** Looked at before anything is written: the device's claim would come first. */
async function spaceToChange(
  { space }: HttpDependencies['handlers'],
  request: FastifyRequest,
  spaceId: string,
  at: ReturnType<HttpDependencies['now']>,
) {
  const { state, revision, position } = await space.load(principalOf(request).tenantId, spaceId);
  if (state.status === 'unregistered') throw notFound();
  const seen = requireMatch(request, spaceOf(spaceId, state, revision, at));
  return { state, revision, position, seen };
}
