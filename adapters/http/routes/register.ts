import { type Api } from '../api.ts';
import { type HttpDependencies } from '../dependencies.ts';
import { assignmentRoutes } from './assignments.ts';
import { auditRoutes } from './audit.ts';
import { availabilityRoutes } from './availability.ts';
import { bookingRoutes } from './bookings.ts';
import { deviceFrameRoutes } from './device-frames.ts';
import { deviceHealthRoutes } from './device-health.ts';
import { deviceRoutes } from './devices.ts';
import { healthRoutes } from './health.ts';
import { ingestLogRoutes } from './ingest-log.ts';
import { incidentRoutes } from './incidents.ts';
import { meRoutes } from './me.ts';
import { occupancyRoutes } from './occupancy.ts';
import { orphanRoutes } from './orphans.ts';
import { observationRoutes } from './observations.ts';
import { overrideChangeRoutes } from './override-changes.ts';
import { overrideRoutes } from './overrides.ts';
import { reservationRoutes } from './reservations.ts';
import { sessionRoutes } from './sessions.ts';
import { siteRoutes } from './sites.ts';
import { spaceChangeRoutes } from './space-changes.ts';
import { spaceRoutes } from './spaces.ts';
import { stateChangeRoutes } from './state-changes.ts';
import { uplinkRoutes } from './uplink.ts';
import { utilizationRoutes } from './utilization.ts';
import { zoneRoutes } from './zones.ts';

/** Everything under `/api/v1`, in the order of the documentation. An intake of its own takes frames and nothing else. */
export function registerRoutes(api: Api, dependencies: HttpDependencies): void {
  meRoutes(api);
  if (dependencies.role !== 'ingest') applicationRoutes(api, dependencies);
  if (dependencies.uplink !== undefined) uplinkRoutes(api, dependencies.uplink);
  healthRoutes(api, dependencies, { documented: true });
}

function applicationRoutes(api: Api, dependencies: HttpDependencies): void {
  siteRoutes(api, dependencies);
  zoneRoutes(api, dependencies);
  spaceRoutes(api, dependencies);
  spaceChangeRoutes(api, dependencies);
  availabilityRoutes(api, dependencies);
  occupancyRoutes(api, dependencies);
  deviceRoutes(api, dependencies);
  deviceHealthRoutes(api, dependencies);
  deviceFrameRoutes(api, dependencies);
  ingestLogRoutes(api, dependencies);
  orphanRoutes(api, dependencies);
  assignmentRoutes(api, dependencies);
  overrideRoutes(api, dependencies);
  observationRoutes(api, dependencies);
  overrideChangeRoutes(api, dependencies);
  reservationRoutes(api, dependencies);
  bookingRoutes(api, dependencies);
  utilizationRoutes(api, dependencies);
  sessionRoutes(api, dependencies);
  stateChangeRoutes(api, dependencies);
  incidentRoutes(api, dependencies);
  auditRoutes(api, dependencies);
}
