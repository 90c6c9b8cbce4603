import { type DeviceKind } from '../../domain/device/events.ts';
import { type Instant } from '../../domain/time/instant.ts';

export interface CodeClaim {
  readonly tenantId: string;
  readonly siteId: string;
  readonly code: string;
  readonly spaceId: string;
}

export interface DeviceClaim {
  readonly tenantId: string;
  readonly devEui: string;
  readonly deviceType: string;
  readonly spaceId: string;
  readonly role: DeviceKind;
  readonly from: Instant;
  readonly processId: string;
}

/** First steps without a second one, as far as the read models know: candidates, not verdicts. */
export interface HalfDoneClaims {
  /** Codes claimed before `before` for spaces that are not live. */
  codes(before: Instant): Promise<readonly CodeClaim[]>;
  /** Devices that claimed a space before `before` which does not have them. */
  devices(before: Instant): Promise<readonly DeviceClaim[]>;
}
