import { type CommandContext } from '../../../application/commands/command-context.ts';
import { type Outcome } from '../../../application/commands/command-handler.ts';
import { assignDevice } from '../../../application/devices/assign-device.ts';
import { derivedId } from '../../../application/ids/ids.ts';
import { registerSpace } from '../../../application/spaces/register-space.ts';
import { createTenant, issueKey, tenantIdOf } from '../../../application/tenants/create-tenant.ts';
import { type AnyEvent } from '../../../domain/event/event.ts';
import { type Rejection } from '../../../domain/event/rejection.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { type Role, roles } from '../../../domain/tenant/events.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { mintApiKey } from '../../api-keys/api-key.ts';
import { refused } from '../act.ts';
import { type Resources } from '../system/connect.ts';
import { type PlannedSpace, sites } from './city.ts';
import { DEMO_ACTOR } from './replay.ts';

export interface FoundedCity {
  readonly tenantId: string;
  readonly siteIds: readonly string[];
  readonly spaceIds: ReadonlyMap<string, string>;
  readonly keys: Readonly<Record<Role, string>>;
}

const DISPLAY_TYPE = 'plenom-kuando-busylight';

/** The tenant "Demo City" with its sites, zones, spaces, sensors, displays and a key per role, as of a past instant. */
export async function foundCity(
  resources: Resources,
  commandId: string,
  spaces: readonly PlannedSpace[],
  at: Instant,
): Promise<FoundedCity> {
  const tenantId = tenantIdOf(commandId);
  const founder = new Founder(resources, tenantId, commandId, at);
  const keys = await founder.tenant();
  const siteIds: string[] = [];
  const siteOfZone = new Map<string, string>();
  for (const [index, site] of sites.entries()) {
    const siteId = await founder.site(index);
    siteIds.push(siteId);
    for (const { code } of site.zones) siteOfZone.set(code, siteId);
  }
  const spaceIds = new Map<string, string>();
  // The spaces of a site claim their codes in one stream, one after the other; what follows goes side by side.
  const assigned: Promise<void>[] = [];
  for (const space of spaces) {
    const spaceId = await founder.space(space, siteOfZone.get(space.zone) ?? '');
    spaceIds.set(space.code, spaceId);
    assigned.push(founder.devices(space, spaceId));
  }
  await Promise.all(assigned);
  return { tenantId, siteIds, spaceIds, keys };
}

class Founder {
  readonly #resources: Resources;
  readonly #tenantId: string;
  readonly #root: string;
  readonly #at: Instant;

  constructor(resources: Resources, tenantId: string, root: string, at: Instant) {
    this.#resources = resources;
    this.#tenantId = tenantId;
    this.#root = root;
    this.#at = at;
  }

  async tenant(): Promise<FoundedCity['keys']> {
    const { handlers } = this.#resources;
    const minted = new Map(roles.map((role) => [role, mintApiKey('test')]));
    const owner = minted.get('owner');
    must(
      await createTenant(
        handlers,
        { name: 'Demo City', mode: 'test', ownerKeyHash: owner?.hash ?? '' },
        { ...this.#context('tenant'), commandId: this.#root },
      ),
    );
    for (const [role, { hash }] of minted) {
      if (role !== 'owner')
        must(await issueKey(handlers, { hash, role, name: role }, this.#context(`key/${role}`)));
    }
    return Object.fromEntries([...minted].map(([role, { key }]) => [role, key])) as FoundedCity['keys'];
  }

  async site(index: number): Promise<string> {
    const { handlers } = this.#resources;
    const site = sites[index];
    const siteId = derivedId(this.#root, `site/${index}`);
    if (site === undefined) throw new RangeError(`the demo city has no site ${index}`);
    const now = this.#at;
    must(
      await handlers.site.handle(
        siteId,
        { type: 'RegisterSite', name: site.name, timeZone: site.timeZone, location: site.location, now },
        this.#context(`site/${index}`),
      ),
    );
    for (const { code, name } of site.zones) {
      must(
        await handlers.site.handle(
          siteId,
          {
            type: 'AddZone',
            zoneId: this.zoneId(code),
            code,
            name,
            attributes: {},
            capacityBasis: 'demarcated',
            now,
          },
          this.#context(`zone/${code}`),
        ),
      );
    }
    return siteId;
  }

  zoneId(code: string): string {
    return derivedId(this.#root, `zone/${code}`);
  }

  async space(space: PlannedSpace, siteId: string): Promise<string> {
    const { attributes, code, location, name, zone } = space;
    const registered = await registerSpace(
      this.#resources.handlers,
      {
        siteId,
        zoneId: this.zoneId(zone),
        code,
        name,
        attributes,
        location,
        commissionedAt: this.#at,
        policy: defaultPolicy,
      },
      this.#context(`space/${code}`),
    );
    return must(registered).spaceId;
  }

  async devices({ display, sensor, successor }: PlannedSpace, spaceId: string): Promise<void> {
    await this.#device(sensor.devEui, sensor.type.id, 'sensor', sensor.type.heartbeatS, spaceId);
    if (display !== null) await this.#device(display, DISPLAY_TYPE, 'display', 0, spaceId);
    // It lies in a drawer until its story begins.
    if (successor !== null) await this.#register(successor.devEui, successor.type.id, 'sensor');
  }

  async #device(
    devEui: string,
    deviceType: string,
    role: 'sensor' | 'display',
    heartbeatS: number,
    spaceId: string,
  ): Promise<void> {
    await this.#register(devEui, deviceType, role);
    must(
      await assignDevice(
        this.#resources.handlers,
        spaceId,
        { devEui, role, deviceType, heartbeatS, from: this.#at },
        this.#context(`assign/${devEui}`),
      ),
    );
  }

  async #register(devEui: string, deviceType: string, role: 'sensor' | 'display'): Promise<void> {
    must(
      await this.#resources.handlers.device.handle(
        devEui,
        { type: 'RegisterDevice', devEui, deviceType, kind: role, now: this.#at },
        this.#context(`device/${devEui}`),
      ),
    );
  }

  #context(what: string): CommandContext {
    const commandId = derivedId(this.#root, what);
    return {
      tenantId: this.#tenantId,
      commandId,
      correlationId: this.#root,
      actor: DEMO_ACTOR,
      decidedAt: this.#at,
    };
  }
}

type Answer = { readonly ok: true } | { readonly ok: false; readonly rejection: Rejection };

/** The city is planned so that nothing of it can be refused. */
function must<T extends Answer | Outcome<AnyEvent, unknown>>(answer: T): Extract<T, { readonly ok: true }> {
  if (!answer.ok) throw refused(answer.rejection);
  return answer as Extract<T, { readonly ok: true }>;
}
