import { addSeconds, type Instant } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { newCommandId } from '../ids/ids.ts';
import { type SiteKey, type SiteSilenceFacts, type SiteToLookAt } from '../ports/site-silence-facts.ts';

export interface SiteSilenceOptions {
  readonly facts: SiteSilenceFacts;
  readonly handlers: Handlers;
  readonly now: () => Instant;
  /** One site could not be told; the others are, and it is tried again in the next round. */
  readonly onError: (error: unknown, site: SiteKey) => void;
}

/** As far back as late frames correct a space without much ado; what is older waits for a look at everything. */
const RECENT_S = 8 * 86_400;
const EVERYTHING_S = 3_600;
/** A ratio changes with the sensors that are added or removed, too, which the version does not tell. */
const ANEW_S = 60;

/**
 * Tells sites when all of them is silent (rule U10). It proposes what the read models show, and the site's stream decides
 * what that adds to what it was told; so it may run more than once, at the same time, and from the beginning.
 */
export class SiteSilenceProcess {
  readonly #options: SiteSilenceOptions;
  #looked: ReadonlyMap<string, { readonly version: string; readonly at: Instant }> = new Map();
  #lookedAtEverything: Instant | null = null;

  constructor(options: SiteSilenceOptions) {
    this.#options = options;
  }

  /** Looks once at all sites where something may have changed. Answers how many were told something. */
  async round(): Promise<number> {
    const { facts, now, onError } = this.#options;
    const at = now();
    // Of half a history it would be said that silences never were.
    if (!(await facts.caughtUp())) return 0;
    const last = this.#lookedAtEverything;
    const isWhole = last === null || addSeconds(last, EVERYTHING_S) <= at;
    const sites = await facts.sites(isWhole ? null : addSeconds(at, -RECENT_S));
    const looked = new Map<string, { version: string; at: Instant }>();
    let told = 0;
    for (const site of sites) {
      const key = `${site.tenantId}/${site.siteId}`;
      const before = this.#looked.get(key);
      if (before !== undefined && !this.#isDue(site, before, at)) {
        looked.set(key, before);
        continue;
      }
      try {
        const outcome = await this.#tell(site, at);
        if (outcome === 'told') told += 1;
        if (outcome !== 'passed-over') looked.set(key, { version: site.version, at });
      } catch (error) {
        onError(error, site);
      }
    }
    this.#looked = looked;
    if (isWhole) this.#lookedAtEverything = at;
    return told;
  }

  #isDue(site: SiteToLookAt, before: { version: string; at: Instant }, at: Instant): boolean {
    return site.version !== before.version || addSeconds(before.at, ANEW_S) <= at;
  }

  /**
   * The facts are read after the stream, and the stream may not have gone on meanwhile: whoever told it something knew
   * at least what we know. So nobody ends by older facts what another one has found by newer ones.
   */
  async #tell(site: SiteKey, at: Instant): Promise<'told' | 'nothing' | 'passed-over'> {
    const { facts, handlers } = this.#options;
    const { revision } = await handlers.site.load(site.tenantId, site.siteId);
    if (revision === null || !(await facts.caughtUp())) return 'passed-over';
    const devices = await facts.sensorsOf(site);
    const commandId = newCommandId();
    const outcome = await handlers.site.handle(
      site.siteId,
      { type: 'TellSiteSilences', devices, through: at, now: at },
      {
        tenantId: site.tenantId,
        commandId,
        correlationId: commandId,
        actor: { type: 'system', id: 'sensor-process' },
        decidedAt: at,
        expectedRevision: revision,
      },
    );
    if (!outcome.ok) return 'passed-over';
    return outcome.events.length > 0 ? 'told' : 'nothing';
  }
}
