import { type ArchiveEvent, archiveEventSchemas } from '../archive/events.ts';
import { type DeviceEvent, deviceEventSchemas } from '../device/events.ts';
import { type EventSchemas } from '../event/event.ts';
import { type FrameEvent, frameEventSchemas } from '../frames/events.ts';
import { type SiteEvent, siteEventSchemas } from '../site/events.ts';
import { type SpaceEvent, spaceEventSchemas } from '../space/events.ts';
import { type StoreEvent, storeEventSchemas } from '../store/events.ts';
import { type SubjectEvent, subjectEventSchemas } from '../subject/events.ts';
import { type TenantEvent, tenantEventSchemas } from '../tenant/events.ts';

/** Everything that may stand in a store. */
export type DomainEvent =
  TenantEvent | SiteEvent | SpaceEvent | DeviceEvent | FrameEvent | SubjectEvent | StoreEvent | ArchiveEvent;
export type EventTypeName = DomainEvent['type'];

/** The schemas of all events, by the category of the streams that hold them. */
export const eventSchemas = {
  tenant: tenantEventSchemas,
  site: siteEventSchemas,
  space: spaceEventSchemas,
  device: deviceEventSchemas,
  frames: frameEventSchemas,
  subject: subjectEventSchemas,
  store: storeEventSchemas,
  archive: archiveEventSchemas,
} as const satisfies Readonly<Record<string, EventSchemas>>;
export type EventCategory = keyof typeof eventSchemas;
