import { z } from 'zod';
import { manyIncidents } from '../../../projections/incidents/queries.ts';
import { incidentKinds } from '../../../projections/incidents/table.ts';
import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { principalOf } from '../guard.ts';
import { historyQuery } from '../schemas/history-query.ts';
import { devEuiInput, idInput, idOutput, instantOutput, listOf } from '../schemas/wire.ts';

const incidentOutput = z
  .object({
    id: idOutput,
    kind: z.enum(incidentKinds),
    status: z
      .enum(['open', 'ended', 'retracted'])
      .describe('`retracted`: a late frame showed that it never was'),
    start_time: instantOutput,
    end_time: instantOutput.nullable(),
    dev_eui: z.string().nullable(),
    space_id: idOutput.nullable().describe('The space that the device watched when it began'),
    site_id: idOutput.nullable(),
    part_of: idOutput.nullable().describe('The silence of the whole site that it belongs to'),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Incident' });

export function incidentRoutes(api: Api, { read }: HttpDependencies): void {
  api.get(
    '/incidents',
    {
      config: {
        permission: 'analyse',
        reads: ['incidents', 'device_assignments', 'spaces_current'],
      },
      schema: {
        operationId: 'listIncidents',
        tags: ['history'],
        summary: 'What somebody may have to look after',
        description:
          'Silent devices, silent sites, flapping, batteries, tampering, temperatures; those that touch [from, to). ' +
          'Devices that are silent because their whole site is are parts of that one incident: they are left out ' +
          'unless a kind, a device, a space or that incident (`part_of`) is asked for. What is still silent when the site ' +
          'is heard again stands for itself.',
        querystring: historyQuery.extend({
          kind: z.enum(incidentKinds).optional(),
          status: z.enum(['open', 'ended', 'retracted']).optional(),
          dev_eui: devEuiInput.optional(),
          part_of: idInput.optional().describe('A silence of a whole site: the devices that belong to it'),
        }),
        response: { 200: listOf(incidentOutput) },
      },
    },
    async (request) => {
      const { space_id: spaceId, zone_id: zoneId, site_id: siteId, dev_eui: devEui, ...rest } = request.query;
      const { from, to, kind, status, part_of: partOf } = rest;
      const filter = { spaceId, zoneId, siteId, devEui, from, to, kind, status, partOf };
      const page = await manyIncidents(read.database, principalOf(request).tenantId, filter, rest);
      return { items: [...page.items], next_cursor: page.nextCursor };
    },
  );
}
