import { apiKeysProjection } from './api-keys/projection.ts';
import { deviceAssignmentsProjection } from './device-assignments/projection.ts';
import { deviceHealthProjection } from './device-health/projection.ts';
import { devicesProjection } from './devices/projection.ts';
import { dueProjection } from './due/projection.ts';
import { incidentsProjection } from './incidents/projection.ts';
import { occupancyIntervalsProjection } from './occupancy-intervals/projection.ts';
import { orphansProjection } from './orphans/projection.ts';
import { overridesProjection } from './overrides/projection.ts';
import { reservationsProjection } from './reservations/projection.ts';
import { type Projection } from './runner/projection.ts';
import { sessionCorrectionsProjection } from './session-corrections/projection.ts';
import { sessionsProjection } from './sessions/projection.ts';
import { sitesProjection } from './sites/projection.ts';
import { spaceCodesProjection } from './space-codes/projection.ts';
import { spaceStatesProjection } from './space-states/projection.ts';
import { spaceZonesProjection } from './space-zones/projection.ts';
import { spacesCurrentProjection } from './spaces-current/projection.ts';
import { tenantsProjection } from './tenants/projection.ts';
import { utilizationProjection } from './utilization/projection.ts';
import { zonesProjection } from './zones/projection.ts';

/** Every read model of this program. */
export const allProjections: readonly Projection[] = [
  tenantsProjection,
  apiKeysProjection,
  sitesProjection,
  zonesProjection,
  spaceCodesProjection,
  spacesCurrentProjection,
  spaceStatesProjection,
  spaceZonesProjection,
  occupancyIntervalsProjection,
  sessionsProjection,
  sessionCorrectionsProjection,
  reservationsProjection,
  overridesProjection,
  dueProjection,
  devicesProjection,
  deviceAssignmentsProjection,
  deviceHealthProjection,
  orphansProjection,
  incidentsProjection,
  utilizationProjection,
];
