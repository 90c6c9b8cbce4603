import { z } from 'zod';
import { adoptedSince, adoptOrphan } from '../../../application/devices/adopt-orphan.ts';
import { manyOrphans, maybeOneOrphan, type Orphan } from '../../../projections/orphans/queries.ts';
import { type Api } from '../api.ts';
import { accepted, answered, contextOf } from '../change.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { requireMatch } from '../etag.ts';
import { principalOf } from '../guard.ts';
import { notFound } from '../problems/problem.ts';
import { deviceTypeInput, firmwareInput, requireSensor } from '../schemas/device.ts';
import { changedSpaceOutput, spaceOf } from '../schemas/space.ts';
import {
  devEuiParams,
  idInput,
  instantInput,
  instantOutput,
  listOf,
  listQuery,
  reasonInput,
} from '../schemas/wire.ts';

const orphanOutput = z
  .object({
    dev_eui: z.string(),
    first_seen_at: instantOutput,
    last_heard_at: instantOutput.nullable(),
    frames_kept: z.number(),
  })
  .meta({ id: 'Orphan' });

const assignBody = z.strictObject({
  device_type: deviceTypeInput,
  firmware: firmwareInput.optional(),
  space_id: idInput,
  effective_at: instantInput
    .optional()
    .describe('Default: its first frame, or as early after it as the space can have had this sensor'),
  reason: reasonInput.optional().describe('Only its code is recorded'),
});

export function orphanRoutes(api: Api, dependencies: HttpDependencies): void {
  const { read } = dependencies;
  api.get(
    '/orphans',
    {
      config: { permission: 'read', reads: ['orphans'] },
      schema: {
        operationId: 'listOrphans',
        tags: ['devices'],
        summary: 'Devices that send and belong to nothing',
        description: 'Their frames are kept and move no space until the device has been assigned.',
        querystring: listQuery,
        response: { 200: listOf(orphanOutput) },
      },
    },
    async (request) => {
      const page = await manyOrphans(read.database, principalOf(request).tenantId, request.query);
      return { items: page.items.map(shownOrphan), next_cursor: page.nextCursor };
    },
  );
  assignRoute(api, dependencies);
}

function assignRoute(api: Api, dependencies: HttpDependencies): void {
  const { deviceType, handlers, now, read } = dependencies;
  api.post(
    '/orphans/:dev_eui/assign',
    {
      config: {
        permission: 'administer',
        problems: [
          'not-found',
          'already-exists',
          'conflict-assignment',
          'decommissioned',
          'conflict-revision',
        ],
      },
      schema: {
        operationId: 'assignOrphan',
        tags: ['devices'],
        summary: 'Take in an orphan',
        description:
          'Registers it as a sensor of a type and assigns it to a space, from an instant on: the frames that were ' +
          'kept since then count for the space.',
        params: devEuiParams,
        body: assignBody,
        response: { 200: changedSpaceOutput },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, dependencies);
      const { dev_eui: devEui } = request.params;
      const { device_type: type, firmware, space_id: spaceId, effective_at: asked, reason } = request.body;
      const orphan = await maybeOneOrphan(read.database, context.tenantId, devEui);
      if (orphan === null) throw notFound();
      const { heartbeatS } = requireSensor(type, deviceType(type));
      const { state, revision } = await handlers.space.load(context.tenantId, spaceId);
      if (state.status === 'unregistered') throw notFound('/space_id');
      const seen = requireMatch(request, spaceOf(spaceId, state, revision, now()));
      const adoption = {
        devEui,
        deviceType: type,
        ...(firmware === undefined ? {} : { firmware }),
        heartbeatS,
        from: asked ?? adoptedSince(state, devEui, orphan.firstSeenAt, context.decidedAt),
      };
      const reasoned = { ...context, ...seen, ...(reason === undefined ? {} : { reasonCode: reason.code }) };
      const outcome = accepted(await adoptOrphan(handlers, spaceId, adoption, reasoned));
      return answered(reply, outcome.position, spaceOf(spaceId, outcome.state, outcome.revision, now()));
    },
  );
}

function shownOrphan({ devEui, firstSeenAt, lastHeardAt, framesKept }: Orphan) {
  return {
    dev_eui: devEui,
    first_seen_at: firstSeenAt,
    last_heard_at: lastHeardAt,
    frames_kept: framesKept,
  };
}
