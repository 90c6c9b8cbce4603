import { type Location } from '../identity/names.ts';
import { type Instant } from '../time/instant.ts';
import { type CodeClaims } from './code-claims.ts';
import { type OpeningHours, type SiteEvent } from './events.ts';

type DataOf<T extends SiteEvent['type']> = Extract<SiteEvent, { readonly type: T }>['data'];
export type SiteRegistration = DataOf<'SiteRegistered'>;
export type ZoneData = DataOf<'ZoneAdded'>;
export type SilenceData = DataOf<'SiteSilenceDetected'>;

export interface Zone {
  readonly status: 'open' | 'closed';
  /** As first recorded, so that the same AddZone sent again is recognised. */
  readonly added: ZoneData;
  readonly current: ZoneData;
}

/** Something that holds from an instant on, until the next one. */
export interface Dated<T> {
  readonly validFrom: Instant;
  readonly value: T;
}

/** A silence of the whole site that was told. */
export interface ToldSilence {
  readonly since: Instant;
  readonly devices: number;
  readonly isOver: boolean;
}

export interface RegisteredSite {
  readonly status: 'open' | 'closed';
  /** As first recorded, so that the same registration sent again is recognised. */
  readonly registered: SiteRegistration;
  readonly name: string;
  readonly location: Location | null;
  /** Ordered by validity; before the first one the zone of the registration holds. */
  readonly timeZones: readonly Dated<string>[];
  /** Ordered by validity; before the first one the site is always open. */
  readonly openingHours: readonly Dated<OpeningHours>[];
  readonly zones: ReadonlyMap<string, Zone>;
  readonly codes: CodeClaims;
  /** In recorded order, for ever: what was told once is not told again. */
  readonly silences: readonly ToldSilence[];
}

export type SiteState = { readonly status: 'unregistered' } | RegisteredSite;

export const initialSite: SiteState = { status: 'unregistered' };

export function timeZoneAt(site: RegisteredSite, at: Instant): string {
  return valueAt(site.timeZones, at) ?? site.registered.time_zone;
}

/** Null: no hours were ever set for that time, the site is always open. */
export function openingHoursAt(site: RegisteredSite, at: Instant): OpeningHours | null {
  return valueAt(site.openingHours, at) ?? null;
}

/** The latest that is valid at the instant. */
function valueAt<T>(dated: readonly Dated<T>[], at: Instant): T | undefined {
  return dated.findLast((entry) => entry.validFrom <= at)?.value;
}

/** Puts an entry into its place; one with the same instant is replaced, since the later record wins. */
export function withDated<T>(dated: readonly Dated<T>[], validFrom: Instant, value: T): readonly Dated<T>[] {
  const others = dated.filter((entry) => entry.validFrom !== validFrom);
  const place = others.findLastIndex((entry) => entry.validFrom < validFrom) + 1;
  return others.toSpliced(place, 0, { validFrom, value });
}
