import { openMemoryStore } from '../../adapters/memory-store/memory-store.ts';
import { createHandlers, type Handlers } from '../../application/commands/handlers.ts';
import { type BayPlan } from '../../application/history-import/fact.ts';
import { type RecordedPast } from '../../application/history-import/recorded-past.ts';
import { tellBay, type ToldBay } from '../../application/history-import/tell-bay.ts';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { goesOn, type OccupancyHistory } from '../../domain/space/history/occupancy-history.ts';
import { type SpaceCommand } from '../../domain/space/commands.ts';
import { type LiveSpace } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { registration, uuid } from './space-commands.ts';

const TENANT = uuid(0xf0);
const SPACE = uuid(0xf1);

/** One bay of a store in memory, and files that are told of it. */
export class BayOnRecord {
  readonly store: EventStore = openMemoryStore();
  handlers: Handlers = createHandlers({ store: this.store, softwareVersion: 'test' });

  async open(commissionedAt: Instant): Promise<void> {
    await this.command({ ...registration(), commissionedAt, now: commissionedAt }, uuid(0xf2));
  }

  async command(command: SpaceCommand, commandId: string): Promise<void> {
    const outcome = await this.handlers.space.handle(SPACE, command, {
      tenantId: TENANT,
      commandId,
      correlationId: commandId,
      actor: { type: 'cli', id: 'test' },
      decidedAt: command.now,
    });
    if (!outcome.ok) throw new Error(outcome.rejection.detail);
  }

  /** As by a process of its own, which remembers nothing. `killedAfter`: it ends after so many facts. */
  async tell(plan: (recorded: RecordedPast) => BayPlan, killedAfter = Infinity): Promise<ToldBay | 'killed'> {
    this.handlers = createHandlers({ store: this.store, softwareVersion: 'test' });
    const bay = { tenantId: TENANT, spaceId: SPACE, actor: { type: 'import', id: 'test' } } as const;
    let facts = 0;
    const onFact = (): void => {
      if ((facts += 1) > killedAfter) throw new Killed();
    };
    try {
      return await tellBay(this.handlers, bay, plan, { onFact });
    } catch (error) {
      if (error instanceof Killed) return 'killed';
      throw error;
    }
  }

  async events(): Promise<number> {
    return (await this.types()).length;
  }

  /** Of all its events, in order. */
  async types(): Promise<readonly string[]> {
    const types: string[] = [];
    for await (const page of this.store.readAll({ categories: ['space'] }))
      types.push(...page.map(({ type }) => type));
    return types;
  }

  async space(): Promise<LiveSpace> {
    const { state } = await this.handlers.wholeSpace.load(TENANT, SPACE);
    if (state.status === 'unregistered') throw new Error('the space is not there');
    return state;
  }

  async history(): Promise<OccupancyHistory> {
    const { history } = await this.space();
    if (history === undefined) throw new Error('the space remembers nothing');
    return history;
  }

  /** What was published, each change of the value once: `<instant> <value>`. */
  async values(): Promise<readonly string[]> {
    const { values } = await this.history();
    return values
      .filter((one, index) => !goesOn(values[index - 1], one))
      .map(({ at, value }) => `${at} ${value}`);
  }

  /** `<start> <end>`. */
  async stays(): Promise<readonly string[]> {
    const { stays } = await this.history();
    return stays.map(({ start, end }) => `${start} ${end ?? '-'}`);
  }
}

class Killed extends Error {}
