import { type SensorOfSite } from '../../domain/site/whole-silence.ts';
import { type Instant } from '../../domain/time/instant.ts';

export interface SiteKey {
  readonly tenantId: string;
  readonly siteId: string;
}

export interface SiteToLookAt extends SiteKey {
  /** Another one whenever the silences of its sensors are others. */
  readonly version: string;
}

/** The devices' streams as read models show them, site by site. */
export interface SiteSilenceFacts {
  /** True once they show all that was recorded before the call; false: they are too far behind. */
  caughtUp(): Promise<boolean>;
  /**
   * Sites of which at least two sensors have been silent since then (null: ever), or whose own silence lasts: fewer are
   * never 30 % of five.
   */
  sites(since: Instant | null): Promise<readonly SiteToLookAt[]>;
  /** All sensors that ever watched there, with all their silences. */
  sensorsOf(site: SiteKey): Promise<readonly SensorOfSite[]>;
}
