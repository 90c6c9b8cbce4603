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
const EVERYTHING_S = 600;
/** A ratio changes with the sensors that are added or removed, too, which the version does not tell. */
const ANEW_S = 60;

interface Look {
  readonly version: string;
  readonly at: Instant;
}
type Outcome = 'told' | 'nothing' | 'missed';

/**
 * Tells sites when all of them is silent (rule U10). It proposes what the read models show, and the site's stream decides
 * what that adds to what it was told; so it may run more than once, at the same time, and from the beginning.
 */
export class SiteSilenceProcess {
  readonly #options: SiteSilenceOptions;
  #looked: ReadonlyMap<string, Look> = new Map();
  /** Not told in the last round, for whatever reason. */
  #missed: readonly SiteToLookAt[] = [];
  #lookedAtEverything: Instant | null = null;

  constructor(options: SiteSilenceOptions) {
    this.#options = options;
  }

  /** Looks once at all sites where something may have changed. Answers how many were told something. */
  async round(): Promise<number> {
    const { facts, now } = this.#options;
    const at = now();
    // Of half a history it would be said that silences never were.
    if (!(await facts.caughtUp())) return 0;
    const last = this.#lookedAtEverything;
    const isWhole = last === null || addSeconds(last, EVERYTHING_S) <= at;
    const found = await facts.sites(isWhole ? null : addSeconds(at, -RECENT_S));
    const sites = new Map([...this.#missed, ...found].map((site) => [keyOf(site), site]));
    const looked = new Map<string, Look>();
    const missed: SiteToLookAt[] = [];
    let told = 0;
    for (const [key, site] of sites) {
      const before = this.#looked.get(key);
      const isKnown = before?.version === site.version && at < addSeconds(before.at, ANEW_S);
      const outcome = isKnown ? 'nothing' : await this.#tryToTell(site, at);
      if (outcome === 'told') told += 1;
      if (outcome === 'missed') missed.push(site);
      else looked.set(key, isKnown ? before : { version: site.version, at });
    }
    this.#looked = looked;
    this.#missed = missed;
    if (isWhole) this.#lookedAtEverything = at;
    return told;
  }

  async #tryToTell(site: SiteKey, at: Instant): Promise<Outcome> {
    try {
      return await this.#tell(site, at);
    } catch (error) {
      this.#options.onError(error, site);
      return 'missed';
    }
  }

  /**
   * The facts are read after the stream, and the stream may not have gone on meanwhile: whoever told it something knew
   * at least what we know. So nobody ends by older facts what another one has found by newer ones.
   */
  async #tell(site: SiteKey, at: Instant): Promise<Outcome> {
    const { facts, handlers } = this.#options;
    const { revision } = await handlers.site.load(site.tenantId, site.siteId);
    if (revision === null || !(await facts.caughtUp())) return 'missed';
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
    if (!outcome.ok) return 'missed';
    return outcome.events.length > 0 ? 'told' : 'nothing';
  }
}

function keyOf({ tenantId, siteId }: SiteKey): string {
  return `${tenantId}/${siteId}`;
}
