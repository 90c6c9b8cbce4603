import { type Attributes, type Location } from '../identity/names.ts';
import { type Reason } from '../reason/reason.ts';
import { type Instant } from '../time/instant.ts';
import { type OpeningHours } from './events.ts';
import { type SensorOfSite } from './whole-silence.ts';

interface At {
  readonly now: Instant;
}

export interface RegisterSite extends At {
  readonly type: 'RegisterSite';
  readonly name: string;
  /** An IANA name that the caller has checked. */
  readonly timeZone: string;
  readonly location?: Location;
}
/** What is absent stays; null removes. */
export interface ChangeSite extends At {
  readonly type: 'ChangeSite';
  readonly name?: string;
  readonly location?: Location | null;
  readonly timeZone?: { readonly name: string; readonly validFrom: Instant; readonly tzdbVersion: string };
  readonly openingHours?: OpeningHours & { readonly validFrom: Instant };
}
export interface AddZone extends At {
  readonly type: 'AddZone';
  readonly zoneId: string;
  readonly code: string;
  readonly name: string;
  readonly attributes: Attributes;
  readonly capacityBasis: 'demarcated' | 'estimated';
}
export interface ChangeZone extends At {
  readonly type: 'ChangeZone';
  readonly zoneId: string;
  readonly code?: string;
  readonly name?: string;
  readonly attributes?: Attributes;
  readonly capacityBasis?: 'demarcated' | 'estimated';
}
/** No space may be added afterwards; those that are there stay. The site's stream does not know them. */
export interface CloseZone extends At {
  readonly type: 'CloseZone';
  readonly zoneId: string;
  readonly reason: Reason;
}
/** The first step of registering a space: codes are unique among the live spaces of a site (D8). */
export interface ClaimSpaceCode extends At {
  readonly type: 'ClaimSpaceCode';
  readonly code: string;
  readonly spaceId: string;
  /** The zone that the space is to be in must be open. */
  readonly zoneId?: string;
}
export interface ReleaseSpaceCode extends At {
  readonly type: 'ReleaseSpaceCode';
  readonly code: string;
  readonly spaceId: string;
}
/** Refused while codes are claimed, that is while spaces live there. */
export interface CloseSite extends At {
  readonly type: 'CloseSite';
  readonly reason: Reason;
}

/** All that is known of the silences of a site's sensors (rule U10): what it makes of the site as a whole is decided here. */
export interface TellSiteSilences extends At {
  readonly type: 'TellSiteSilences';
  readonly devices: readonly SensorOfSite[];
  /** What is dated later has not happened yet. */
  readonly through: Instant;
}

export type SiteCommand =
  | RegisterSite
  | ChangeSite
  | AddZone
  | ChangeZone
  | CloseZone
  | ClaimSpaceCode
  | ReleaseSpaceCode
  | TellSiteSilences
  | CloseSite;
