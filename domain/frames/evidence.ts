import { earlierOf, type Instant } from '../time/instant.ts';

/**
 * Up to when evidence is complete: every frame that was received before is where it should be. One instant for all
 * tenants, but for those that are named.
 */
export interface Evidence {
  readonly through: Instant;
  readonly byTenant: ReadonlyMap<string, Instant>;
}

export function evidenceOf({ byTenant, through }: Evidence, tenantId: string): Instant {
  return byTenant.get(tenantId) ?? through;
}

/** Complete in the eyes of everybody: for each tenant the earliest. */
export function earliestEvidence(first: Evidence, ...others: readonly Evidence[]): Evidence {
  const all = [first, ...others];
  const earliest = (of: (one: Evidence) => Instant): Instant => all.map(of).reduce(earlierOf);
  const named = new Set(all.flatMap(({ byTenant }) => [...byTenant.keys()]));
  return {
    through: earliest(({ through }) => through),
    byTenant: new Map([...named].map((tenantId) => [tenantId, earliest((one) => evidenceOf(one, tenantId))])),
  };
}
