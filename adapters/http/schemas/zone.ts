import { z } from 'zod';
import { capacityBasisSchema } from '../../../domain/site/events.ts';
import { type SiteState } from '../../../domain/site/state.ts';
import { type Zone } from '../../../projections/zones/queries.ts';
import { notFound } from '../problems/problem.ts';
import { attributesOutput, idOutput, positionField, shownAttributes } from './wire.ts';

export const zoneOutput = z
  .object({
    id: idOutput,
    site_id: idOutput,
    code: z.string(),
    name: z.string(),
    attributes: attributesOutput,
    capacity_basis: capacityBasisSchema,
    status: z.enum(['open', 'closed']),
    revision: z.number().describe('Of the site, when the zone last changed'),
  })
  .meta({ id: 'Zone' });
export const changedZoneOutput = zoneOutput.extend(positionField);

/** From the site's aggregate, which holds its zones but not when each last changed. */
export function zoneOf(siteId: string, zoneId: string, site: SiteState, revision: number) {
  const zone = site.status === 'unregistered' ? undefined : site.zones.get(zoneId);
  if (zone === undefined) throw notFound();
  const { code, name, attributes, capacity_basis: capacityBasis } = zone.current;
  const { status } = zone;
  return shownZone({ zoneId, siteId, code, name, attributes, capacityBasis, status, revision });
}

export function shownZone(zone: Zone) {
  return {
    id: zone.zoneId,
    site_id: zone.siteId,
    code: zone.code,
    name: zone.name,
    attributes: shownAttributes(zone.attributes),
    capacity_basis: zone.capacityBasis,
    status: zone.status,
    revision: zone.revision,
  };
}
