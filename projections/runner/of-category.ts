import { type DeviceEvent, deviceEventSchemas } from '../../domain/device/events.ts';
import { type SiteEvent, siteEventSchemas } from '../../domain/site/events.ts';
import { type SpaceEvent, spaceEventSchemas } from '../../domain/space/events.ts';
import { type TenantEvent, tenantEventSchemas } from '../../domain/tenant/events.ts';
import { type EventPlace, type ProjectedEvent } from './projected-event.ts';

/** All event types of a category: what a row must see whose revision is that of its whole stream. */
export const tenantEventTypes = Object.keys(tenantEventSchemas) as TenantEvent['type'][];
export const siteEventTypes = Object.keys(siteEventSchemas) as SiteEvent['type'][];
export const spaceEventTypes = Object.keys(spaceEventSchemas) as SpaceEvent['type'][];
export const deviceEventTypes = Object.keys(deviceEventSchemas) as DeviceEvent['type'][];

/** The catalogue knows which types a category's streams hold; what is in another category's stream is not an event of it. */
export function isSpaceEvent(event: ProjectedEvent): event is SpaceEvent & EventPlace {
  return event.category === 'space' && event.type in spaceEventSchemas;
}
