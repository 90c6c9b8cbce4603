import { apiKeysProjection } from './api-keys/projection.ts';
import { devicesProjection } from './devices/projection.ts';
import { reservationsProjection } from './reservations/projection.ts';
import { type Projection } from './runner/projection.ts';
import { sitesProjection } from './sites/projection.ts';
import { spacesCurrentProjection } from './spaces-current/projection.ts';
import { tenantsProjection } from './tenants/projection.ts';
import { zonesProjection } from './zones/projection.ts';

/** Every read model of this program. */
export const allProjections: readonly Projection[] = [
  tenantsProjection,
  apiKeysProjection,
  sitesProjection,
  zonesProjection,
  spacesCurrentProjection,
  reservationsProjection,
  devicesProjection,
];
