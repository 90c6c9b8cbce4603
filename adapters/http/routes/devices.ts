import { z } from 'zod';
import { assignDevice, unassignDevice } from '../../../application/devices/assign-device.ts';
import { deviceKindSchema, type DeviceKind } from '../../../domain/device/events.ts';
import { manyAssignmentsOfSpace } from '../../../projections/device-assignments/queries.ts';
import { type Device, manyDevices, maybeOneDevice } from '../../../projections/devices/queries.ts';
import { maybeOneSpace } from '../../../projections/spaces-current/queries.ts';
import { type Api } from '../api.ts';
import { answered, contextOf } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { invalid, notFound, refused } from '../problems/problem.ts';
import { changedSpaceOutput, spaceView } from '../schemas/space.ts';
import {
  devEuiInput,
  devEuiParams,
  freshnessQuery,
  idInput,
  idParams,
  instantInput,
  instantOutput,
  listOf,
  listQuery,
  positionField,
  problemResponses,
  reasonInput,
} from '../schemas/wire.ts';

const deviceOutput = z.object({
  dev_eui: z.string(),
  device_type: z.string(),
  kind: deviceKindSchema,
  firmware: z.string().nullable(),
  status: z.enum(['live', 'decommissioned']),
  space_id: z.string().nullable(),
  assigned_from: instantOutput.nullable(),
  registered_at: instantOutput,
  last_join_at: instantOutput.nullable(),
  revision: z.number(),
});

const assignBody = z.strictObject({
  dev_eui: devEuiInput,
  effective_at: instantInput.optional(),
  reason: reasonInput.optional(),
});

export function deviceRoutes(api: Api, dependencies: HttpDependencies): void {
  const { handlers, read, deviceType } = dependencies;

  api.post(
    '/devices',
    {
      config: { permission: 'administer' },
      schema: {
        tags: ['devices'],
        summary: 'Register a device',
        body: z.strictObject({
          dev_eui: devEuiInput,
          device_type: z.string().max(64).describe('An id of `bayledger devices list-types`'),
          kind: deviceKindSchema.default('sensor'),
          firmware: z.string().max(32).optional(),
        }),
        response: {
          201: z.object({
            dev_eui: z.string(),
            device_type: z.string(),
            kind: deviceKindSchema,
            revision: z.number(),
            ...positionField,
          }),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { dev_eui: devEui, device_type: type, kind, firmware } = request.body;
      if (kind === 'sensor' && deviceType(type) === null) {
        throw invalid('/device_type', 'unknown-device-type', `no decoder for ${type}`);
      }
      const outcome = await handlers.device.handle(
        devEui,
        {
          type: 'RegisterDevice',
          devEui,
          deviceType: type,
          kind,
          now: context.decidedAt,
          ...(firmware === undefined ? {} : { firmware }),
        },
        context,
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      void reply.code(201).header('location', `/api/v1/devices/${devEui}`);
      return answered(reply, outcome.position, {
        dev_eui: devEui,
        device_type: type,
        kind,
        revision: outcome.revision ?? 0,
      });
    },
  );

  api.get(
    '/devices',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['devices'],
        summary: 'List devices',
        querystring: listQuery.extend({
          kind: deviceKindSchema.optional(),
          space_id: idInput.optional(),
          status: z.enum(['live', 'decommissioned']).optional(),
          device_type: z.string().max(64).optional(),
        }),
        response: { 200: listOf(deviceOutput), ...problemResponses },
      },
    },
    async (request) => {
      const { kind, space_id: spaceId, status, device_type: type } = request.query;
      const filter = { kind, spaceId, status, deviceType: type };
      const page = await manyDevices(read.database, principalOf(request).tenantId, filter, request.query);
      return { items: page.items.map(deviceView), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/devices/:dev_eui',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['devices'],
        summary: 'Read a device',
        params: devEuiParams,
        querystring: freshnessQuery,
        response: { 200: deviceOutput, ...problemResponses },
      },
    },
    async (request) => {
      const device = await maybeOneDevice(
        read.database,
        principalOf(request).tenantId,
        request.params.dev_eui,
      );
      if (device === null) throw notFound();
      return deviceView(device);
    },
  );

  for (const role of ['sensor', 'display'] as const) assignmentRoutes(api, dependencies, role);

  api.get(
    '/spaces/:id/assignments',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['devices'],
        summary: 'Which devices a space had, and when',
        params: idParams,
        querystring: freshnessQuery,
        response: {
          200: z.object({
            items: z.array(
              z.object({
                dev_eui: z.string(),
                role: deviceKindSchema,
                from: instantOutput,
                to: instantOutput.nullable(),
              }),
            ),
            next_cursor: z.null(),
          }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const space = await maybeOneSpace(read.database, tenantId, request.params.id, dependencies.now());
      if (space === null) throw notFound();
      const assignments = await manyAssignmentsOfSpace(read.database, tenantId, space.id);
      return {
        items: assignments.map((one) => ({
          dev_eui: one.devEui,
          role: one.role,
          from: one.from,
          to: one.to,
        })),
        next_cursor: null,
      };
    },
  );
}

/** A swap is one PUT: the sensor that was there is taken off in the same append. */
function assignmentRoutes(api: Api, dependencies: HttpDependencies, role: DeviceKind): void {
  const { handlers, deviceType, now } = dependencies;

  api.put(
    `/spaces/:id/${role}`,
    {
      config: { permission: 'operate' },
      schema: {
        tags: ['devices'],
        summary: `Give a space its ${role}`,
        operationId: `assign-${role}`,
        params: idParams,
        body: assignBody,
        response: { 200: changedSpaceOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { dev_eui: devEui, effective_at: effectiveAt, reason } = request.body;
      const { state: device } = await handlers.device.load(context.tenantId, devEui);
      if (device.status === 'unregistered')
        throw invalid('/dev_eui', 'unknown-device', 'register the device first');
      const { state: space } = await handlers.space.load(context.tenantId, request.params.id);
      if (space.status === 'unregistered') throw notFound();
      const outcome = await assignDevice(
        handlers,
        request.params.id,
        {
          devEui,
          role,
          deviceType: device.deviceType,
          heartbeatS: deviceType(device.deviceType)?.heartbeatS ?? 0,
          from: effectiveAt ?? context.decidedAt,
        },
        reason === undefined ? context : { ...context, reasonCode: reason.code },
      );
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(
        reply,
        outcome.position,
        spaceView(request.params.id, outcome.state, outcome.revision, now()),
      );
    },
  );

  api.delete(
    `/spaces/:id/${role}`,
    {
      config: { permission: 'operate' },
      schema: {
        tags: ['devices'],
        summary: `Take the ${role} off a space`,
        operationId: `unassign-${role}`,
        params: idParams,
        querystring: z.strictObject({
          dev_eui: devEuiInput.optional(),
          effective_at: instantInput.optional(),
        }),
        response: { 200: changedSpaceOutput, ...problemResponses },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { id } = request.params;
      const { state } = await handlers.space.load(context.tenantId, id);
      if (state.status === 'unregistered') throw notFound();
      const held = (role === 'sensor' ? state.sensors : state.displays).find((one) => one.to === null);
      const devEui = request.query.dev_eui ?? held?.devEui;
      if (devEui === undefined) throw notFound();
      const to = request.query.effective_at ?? context.decidedAt;
      const outcome = await unassignDevice(handlers, id, { devEui, role, to }, context);
      if (!outcome.ok) throw refused(outcome.rejection);
      return answered(reply, outcome.position, spaceView(id, outcome.state, outcome.revision, now()));
    },
  );
}

function deviceView(device: Device) {
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
