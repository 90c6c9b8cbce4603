import { type ArchiveCommand, archiveDecider, type ArchiveState } from '../../domain/archive/decider.ts';
import { type ArchiveEvent } from '../../domain/archive/events.ts';
import { type DeviceCommand } from '../../domain/device/commands.ts';
import { deviceDecider } from '../../domain/device/decider.ts';
import { type DeviceEvent } from '../../domain/device/events.ts';
import { type DeviceState } from '../../domain/device/state.ts';
import { type SiteCommand } from '../../domain/site/commands.ts';
import { siteDecider } from '../../domain/site/decider.ts';
import { type SiteEvent } from '../../domain/site/events.ts';
import { type SiteState } from '../../domain/site/state.ts';
import { type SpaceCommand } from '../../domain/space/commands.ts';
import { spaceDecider, spaceDeciderRememberingAll } from '../../domain/space/decider.ts';
import { type SpaceEvent } from '../../domain/space/events.ts';
import { type SpaceState } from '../../domain/space/state.ts';
import { type SubjectCommand, subjectDecider, type SubjectState } from '../../domain/subject/decider.ts';
import { type SubjectEvent } from '../../domain/subject/events.ts';
import { type TenantCommand } from '../../domain/tenant/commands.ts';
import { tenantDecider } from '../../domain/tenant/decider.ts';
import { type TenantEvent } from '../../domain/tenant/events.ts';
import { type TenantState } from '../../domain/tenant/state.ts';
import { type AnyEvent } from '../../domain/event/event.ts';
import { readEvent } from '../../domain/catalogue/read-event.ts';
import { type DomainCategory } from '../ports/event-store/categories.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type Decider } from '../../domain/event/decider.ts';
import { CommandHandler, type Outcome, type ReadEvent } from './command-handler.ts';
import { catalogueFormat } from './catalogue-format.ts';

export type SpaceOutcome = Outcome<SpaceEvent, SpaceState>;

/** One command handler per aggregate: everything that may change the history goes through one of these. */
export interface Handlers {
  readonly tenant: CommandHandler<TenantCommand, TenantEvent, TenantState>;
  readonly site: CommandHandler<SiteCommand, SiteEvent, SiteState>;
  readonly space: CommandHandler<SpaceCommand, SpaceEvent, SpaceState>;
  /** The same spaces, with all that they ever published in mind: for what comes later than the usual handler remembers. */
  readonly wholeSpace: CommandHandler<SpaceCommand, SpaceEvent, SpaceState>;
  readonly device: CommandHandler<DeviceCommand, DeviceEvent, DeviceState>;
  readonly subject: CommandHandler<SubjectCommand, SubjectEvent, SubjectState>;
  readonly archive: CommandHandler<ArchiveCommand, ArchiveEvent, ArchiveState>;
}

export interface HandlersOptions {
  readonly store: EventStore;
  readonly softwareVersion: string;
  /** Folded streams kept in memory, per kind of aggregate. */
  readonly cacheSize?: number;
}

export function createHandlers(options: HandlersOptions): Handlers {
  const handlerOf = <C, E extends AnyEvent, S>(
    category: DomainCategory,
    decider: Decider<C, E, S>,
    cacheSize = options.cacheSize,
  ) =>
    new CommandHandler<C, E, S>(
      { category, decider },
      {
        ...options,
        ...(cacheSize === undefined ? {} : { cacheSize }),
        format: catalogueFormat,
        readEvent: readAs<E>(),
      },
    );
  return {
    tenant: handlerOf('tenant', tenantDecider),
    site: handlerOf('site', siteDecider),
    space: handlerOf('space', spaceDecider),
    wholeSpace: handlerOf('space', spaceDeciderRememberingAll, 0),
    device: handlerOf('device', deviceDecider),
    subject: handlerOf('subject', subjectDecider),
    archive: handlerOf('archive', archiveDecider),
  };
}

/** Our own store was written through the same catalogue, so the reading's type may be narrowed to the aggregate's. */
function readAs<E extends AnyEvent>(): ReadEvent<E> {
  return (recorded) => {
    const version = recorded.metadata['schema_version'];
    const reading = readEvent(recorded.type, recorded.data, typeof version === 'number' ? version : 1);
    return reading.ok
      ? { ok: true, event: reading.event as unknown as E }
      : { ok: false, problem: `${reading.problem}: ${reading.detail}` };
  };
}
