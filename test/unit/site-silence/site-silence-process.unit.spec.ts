import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { createHandlers, type Handlers } from '../../../application/commands/handlers.ts';
import { newCommandId } from '../../../application/ids/ids.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type SiteSilenceFacts } from '../../../application/ports/site-silence-facts.ts';
import { SiteSilenceProcess } from '../../../application/site-silence/site-silence-process.ts';
import { type SensorOfSite } from '../../../domain/site/whole-silence.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';
import { at, uuid } from '../catalogue/given.ts';

const TENANT = uuid(1);
const [SITE, OTHER] = [uuid(2), uuid(3)];
const newHandlers = (store: MemoryStore) => createHandlers({ store, softwareVersion: 'test' });

let store: MemoryStore;
let handlers: Handlers;
let facts: Facts;
let now: Instant;
const failed: unknown[] = [];

/** What the read models would show, and who asked when. */
class Facts implements SiteSilenceFacts {
  silent = 0;
  behind = false;
  readonly sinces: (Instant | null)[] = [];
  readonly asked: string[] = [];
  meanwhile: (() => Promise<unknown>) | null = null;

  caughtUp() {
    return Promise.resolve(!this.behind);
  }

  sites(since: Instant | null) {
    this.sinces.push(since);
    return Promise.resolve(
      [SITE, OTHER].map((siteId) => ({ tenantId: TENANT, siteId, version: `${this.silent}` })),
    );
  }

  async sensorsOf({ siteId }: { readonly siteId: string }): Promise<readonly SensorOfSite[]> {
    this.asked.push(siteId);
    const known = this.silent;
    await this.meanwhile?.();
    return Array.from({ length: 10 }, (_, i) => ({
      devEui: i.toString(16).padStart(16, '0'),
      watches: [{ from: at(0), to: null }],
      silences: i < known ? [{ from: at(10), to: null }] : [],
    }));
  }
}

const contextOf = (id = newCommandId()) => ({
  tenantId: TENANT,
  commandId: id,
  correlationId: id,
  actor: { type: 'cli' as const, id: 'test' },
  decidedAt: now,
});

function newProcess(withHandlers = handlers): SiteSilenceProcess {
  return new SiteSilenceProcess({
    facts,
    handlers: withHandlers,
    now: () => now,
    onError: (error) => failed.push(error),
  });
}

async function told(siteId = SITE): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const page of store.readStream(streamName('site', TENANT, siteId), { from: 'start' }))
    types.push(...page.map(({ type }) => type));
  return types.slice(1);
}

beforeEach(async () => {
  store = new MemoryStore();
  handlers = newHandlers(store);
  facts = new Facts();
  now = at(12);
  failed.length = 0;
  for (const siteId of [SITE, OTHER]) {
    const command = { type: 'RegisterSite', name: 'Harbour', timeZone: 'UTC', now } as const;
    await handlers.site.handle(siteId, command, contextOf());
  }
});

describe('U10: the process that looks for silent sites', () => {
  it('tells each site once, whoever looks, how often, and however many at once', async () => {
    facts.silent = 3;
    const others = [newProcess(newHandlers(store)), newProcess(newHandlers(store)), newProcess()];
    await Promise.all(others.map((one) => one.round()));
    await newProcess(newHandlers(store)).round();
    expect(await told()).toEqual(['SiteSilenceDetected']);
    expect(await told(OTHER)).toEqual(['SiteSilenceDetected']);
    expect(failed).toEqual([]);
  });

  it('says nothing of a history that it has not all of', async () => {
    const process = newProcess();
    facts.silent = 3;
    expect(await process.round()).toBe(2);
    facts.silent = 0;
    facts.behind = true;
    expect(await process.round()).toBe(0);
    expect(await told()).toEqual(['SiteSilenceDetected']);
    facts.behind = false;
    await process.round();
    expect(await told()).toEqual(['SiteSilenceDetected', 'SiteSilenceEnded']);
  });

  it('says nothing on older facts than those by which another one was told meanwhile', async () => {
    const [slow, quick] = [newProcess(newHandlers(store)), newProcess(newHandlers(store))];
    facts.meanwhile = async () => {
      facts.meanwhile = null;
      facts.silent = 3;
      await quick.round();
    };
    await slow.round();
    expect(await told()).toEqual(['SiteSilenceDetected']);
    await slow.round();
    expect(await told()).toEqual(['SiteSilenceDetected']);
  });

  it('looks at a site again when its silences are others, or after a minute, and at everything now and then', async () => {
    const process = newProcess();
    await process.round();
    await process.round();
    expect(facts.asked).toEqual([SITE, OTHER]);
    facts.silent = 1;
    await process.round();
    expect(facts.asked).toHaveLength(4);
    now = addSeconds(now, 60);
    await process.round();
    expect(facts.asked).toHaveLength(6);
    now = addSeconds(now, 600);
    await process.round();
    expect(facts.sinces.map((since) => since === null)).toEqual([true, false, false, false, true]);
  });

  it('goes on with the others when one cannot be told, and tries that one again', async () => {
    facts.silent = 3;
    facts.meanwhile = () => {
      facts.meanwhile = null;
      return Promise.reject(new Error('away'));
    };
    const process = newProcess();
    expect(await process.round()).toBe(1);
    expect(failed).toHaveLength(1);
    expect(await told()).toEqual([]);
    expect(await process.round()).toBe(1);
    expect(await told()).toEqual(['SiteSilenceDetected']);
  });
});
