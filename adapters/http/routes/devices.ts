import { z } from 'zod';
import { deviceKindSchema } from '../../../domain/device/events.ts';
import { manyDevices, maybeOneDevice } from '../../../projections/devices/queries.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import {
  changedDeviceOutput,
  deviceOf,
  deviceOutput,
  deviceTypeInput,
  firmwareInput,
  requireFit,
  shownDevice,
} from '../schemas/device.ts';
import { devEuiInput, devEuiParams, freshnessQuery, idInput, listOf, listQuery } from '../schemas/wire.ts';

const registerBody = z.strictObject({
  dev_eui: devEuiInput,
  device_type: deviceTypeInput,
  kind: deviceKindSchema.default('sensor'),
  firmware: firmwareInput.optional(),
});

const reads = ['devices'];

export function deviceRoutes(api: Api, { deviceType, handlers, read, ...more }: HttpDependencies): void {
  api.post(
    '/devices',
    {
      config: { permission: 'administer', problems: ['already-exists'] },
      schema: {
        operationId: 'registerDevice',
        tags: ['devices'],
        summary: 'Register a device',
        description:
          'A sensor’s type must be one that this program can decode, and a display’s no sensor’s. The same again is no mistake.',
        body: registerBody,
        response: { 201: changedDeviceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, more);
      const { dev_eui: devEui, device_type: type, kind, firmware } = request.body;
      requireFit(kind, type, deviceType(type));
      const device = {
        devEui,
        deviceType: type,
        kind,
        ...(firmware === undefined ? {} : { firmware }),
      };
      const { position, revision, state } = accepted(
        await handlers.device.handle(
          devEui,
          { type: 'RegisterDevice', ...device, now: context.decidedAt },
          context,
        ),
      );
      void reply.code(201).header('location', `/api/v1/devices/${devEui}`);
      return answered(reply, position, deviceOf(devEui, state, revision));
    },
  );

  api.get(
    '/devices',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'listDevices',
        tags: ['devices'],
        summary: 'List devices',
        querystring: listQuery.extend({
          kind: deviceKindSchema.optional(),
          space_id: idInput.optional(),
          status: z.enum(['live', 'decommissioned']).optional(),
          device_type: z.string().max(64).optional(),
        }),
        response: { 200: listOf(deviceOutput) },
      },
    },
    async (request) => {
      const { kind, space_id: spaceId, status, device_type: type } = request.query;
      const filter = { kind, spaceId, status, deviceType: type };
      const page = await manyDevices(read.database, principalOf(request).tenantId, filter, request.query);
      return { items: page.items.map(shownDevice), next_cursor: page.nextCursor };
    },
  );

  api.get(
    '/devices/:dev_eui',
    {
      config: { permission: 'read', reads },
      schema: {
        operationId: 'readDevice',
        tags: ['devices'],
        summary: 'Read a device',
        params: devEuiParams,
        querystring: freshnessQuery,
        response: { 200: deviceOutput },
      },
    },
    async (request) => {
      const { tenantId } = principalOf(request);
      const device = await maybeOneDevice(read.database, tenantId, request.params.dev_eui);
      if (device === null) throw notFound();
      return shownDevice(device);
    },
  );
}
