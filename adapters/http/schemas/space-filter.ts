import { z } from 'zod';
import { codeSchema } from '../../../domain/identity/names.ts';
import { occupancyValueSchema, stateNameSchema } from '../../../domain/space/events.ts';
import { type SpaceFilter } from '../../../projections/spaces-current/filter.ts';
import { attributesQuery } from './attributes-query.ts';
import { idInput, listQuery } from './wire.ts';

const DEFAULT_RADIUS_M = 500;

const near = z
  .string()
  .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, 'expected lat,lon')
  .transform((text) => {
    const [lat = 0, lon = 0] = text.split(',').map(Number);
    return { lat, lon };
  })
  .refine(({ lat, lon }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180, 'expected lat,lon in degrees')
  .describe('`lat,lon`: not farther away than `radius_m`');

const bbox = z
  .string()
  .regex(/^(-?\d+(\.\d+)?,){3}-?\d+(\.\d+)?$/, 'expected west,south,east,north')
  .transform((text) => {
    const [west = 0, south = 0, east = 0, north = 0] = text.split(',').map(Number);
    return { west, south, east, north };
  })
  .refine(({ south, north }) => south <= north, 'south lies above north')
  .describe('`west,south,east,north`; west may be greater than east: over the date line');

export const spaceListQuery = listQuery
  .extend({
    site_id: idInput.optional(),
    zone_id: idInput.optional(),
    code: codeSchema.optional(),
    state: stateNameSchema.optional(),
    occupancy: occupancyValueSchema.optional(),
    available: z.enum(['true', 'false', 'null']).optional().describe('`null`: nobody knows'),
    attribute: attributesQuery.optional(),
    attributes: attributesQuery.optional().describe('As `attribute`'),
    near: near.optional(),
    radius_m: z.coerce.number().min(1).max(100_000).optional().describe(`Default ${DEFAULT_RADIUS_M}`),
    bbox: bbox.optional(),
  })
  .refine((query) => query.radius_m === undefined || query.near !== undefined, {
    path: ['radius_m'],
    message: 'a radius needs a point: near=lat,lon',
  });

export function spaceFilterOf(query: z.infer<typeof spaceListQuery>): SpaceFilter {
  const { attribute, attributes } = query;
  const wanted = { ...attributes, ...attribute };
  return {
    siteId: query.site_id,
    zoneId: query.zone_id,
    code: query.code,
    state: query.state,
    occupancy: query.occupancy,
    ...(query.available === undefined ? {} : { available: availability(query.available) }),
    attributes: Object.keys(wanted).length === 0 ? undefined : wanted,
    near:
      query.near === undefined ? undefined : { ...query.near, radiusM: query.radius_m ?? DEFAULT_RADIUS_M },
    bbox: query.bbox,
  };
}

function availability(text: 'true' | 'false' | 'null'): boolean | null {
  return text === 'null' ? null : text === 'true';
}
