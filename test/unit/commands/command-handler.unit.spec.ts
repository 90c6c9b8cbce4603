import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../adapters/memory-store/memory-store.ts';
import { catalogueFormat } from '../../../application/commands/catalogue-format.ts';
import { type CommandContext } from '../../../application/commands/command-context.ts';
import { CommandHandler } from '../../../application/commands/command-handler.ts';
import { BusyError, UnreadableStreamError } from '../../../application/commands/errors.ts';
import { eventId, newCommandId } from '../../../application/ids/ids.ts';
import { OutcomeUnknownError } from '../../../application/ports/event-store/errors.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../../application/ports/event-store/events.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { accept, type Decider, reject } from '../../../domain/event/decider.ts';
import { type Instant } from '../../../domain/time/instant.ts';

const NOW = '2026-03-01T08:00:00.000Z' as Instant;
const TENANT = '11111111-1111-4111-8111-111111111111';
const SUBJECT = '22222222-2222-4222-8222-222222222222';

/** Keys made and, for the tests, refusals: a second key of the same name is refused, the very same command is a repeat. */
interface Make {
  readonly keyId: string;
  readonly command: string;
}
interface Made {
  readonly type: 'SubjectKeyCreated';
  readonly data: { readonly key_id: string };
}
type Keys = ReadonlyMap<string, number>;

const keys: Decider<Make, Made, Keys> = {
  initialState: new Map(),
  decide(command, state) {
    if (command.command === 'repeat' && state.has(command.keyId)) return accept();
    if (state.has(command.keyId)) return reject({ code: 'already-exists', detail: 'taken' });
    return accept({ event: { type: 'SubjectKeyCreated', data: { key_id: command.keyId } }, occurredAt: NOW });
  },
  evolve: (state, event) => new Map([...state, [event.data.key_id, state.size]]),
};

function handlerOver(store: EventStore, unknownOutcomeMs = 2_000) {
  return new CommandHandler<Make, Made, Keys>(
    { category: 'subject', decider: keys },
    {
      store,
      format: catalogueFormat,
      softwareVersion: 'test',
      unknownOutcomeMs,
      sleep: () => Promise.resolve(),
      readEvent: (recorded) =>
        recorded.type === 'SubjectKeyCreated'
          ? { ok: true, event: { type: recorded.type, data: recorded.data as Made['data'] } }
          : { ok: false, problem: 'unknown-type' },
    },
  );
}

function context(commandId = newCommandId()): CommandContext {
  return {
    tenantId: TENANT,
    commandId,
    correlationId: commandId,
    actor: { type: 'system', id: 'test' },
    decidedAt: NOW,
  };
}

async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of store.readStream(streamName('subject', TENANT, SUBJECT))) events.push(...page);
  return events;
}

const make = (keyId: string, command = 'first'): Make => ({ keyId, command });

describe('the command handler', () => {
  it('appends what was decided, with ids and metadata that follow from the command', async () => {
    const store = new MemoryStore();
    const asked = context();
    const outcome = await handlerOver(store).handle(SUBJECT, make('a'), asked);
    expect(outcome).toMatchObject({ ok: true, revision: 0, events: [{ data: { key_id: 'a' } }] });
    const [event] = await eventsOf(store);
    expect(event?.id).toBe(eventId(asked.commandId, 0));
    expect(event?.metadata).toMatchObject({
      command_id: asked.commandId,
      occurred_at: NOW,
      schema_version: 1,
    });
    expect(event?.metadata['$causationId']).toBeUndefined();
  });

  it('answers an empty outcome with the position of the last event of the stream', async () => {
    const store = new MemoryStore();
    const handler = handlerOver(store);
    const first = await handler.handle(SUBJECT, make('a'), context());
    const again = await handler.handle(SUBJECT, make('a', 'repeat'), context());
    expect(again).toMatchObject({ ok: true, events: [], revision: 0 });
    expect(again.ok && first.ok && again.position).toEqual(first.ok ? first.position : null);
  });

  it('decides only on what the caller has seen: whatever came in between, a race included, refuses', async () => {
    const store = new MemoryStore();
    const [here, there] = [handlerOver(store), handlerOver(store)];
    await here.handle(SUBJECT, make('a'), context());
    const seen = (revision: number) => ({ ...context(), expectedRevision: revision });
    expect(await here.handle(SUBJECT, make('b'), seen(0))).toMatchObject({ ok: true, revision: 1 });
    // `here` still believes in revision 1, which is what this caller has seen too: the append finds out.
    await there.handle(SUBJECT, make('c'), context());
    const late = { ok: false, rejection: { code: 'conflict-revision', facts: { revision: 2 } } };
    expect(await here.handle(SUBJECT, make('d'), seen(1))).toMatchObject(late);
    expect(await eventsOf(store)).toHaveLength(3);
  });

  it('never refuses from an unverified cache: what another process undid counts', async () => {
    const store = new MemoryStore();
    const [here, there] = [handlerOver(store), handlerOver(store)];
    await here.handle(SUBJECT, make('a'), context());
    expect(await there.handle(SUBJECT, make('a'), context())).toMatchObject({ ok: false });
    // The cache of `here` has not seen b; the refusal of b must come from the stream, and so must a repeat.
    await there.handle(SUBJECT, make('b'), context());
    expect(await here.handle(SUBJECT, make('b'), context())).toMatchObject({ ok: false });
    expect(await here.handle(SUBJECT, make('b', 'repeat'), context())).toMatchObject({
      ok: true,
      revision: 1,
    });
  });

  it('decides again after a true conflict', async () => {
    const store = new MemoryStore();
    const [here, there] = [handlerOver(store), handlerOver(store)];
    await here.handle(SUBJECT, make('a'), context());
    await there.handle(SUBJECT, make('b'), context());
    // `here` still believes that the stream ends with a.
    expect(await here.handle(SUBJECT, make('c'), context())).toMatchObject({ ok: true, revision: 2 });
    expect((await eventsOf(store)).map((event) => event.data['key_id'])).toEqual(['a', 'b', 'c']);
  });

  it('lets many callers of many processes write one stream without loss or repeat', async () => {
    const store = new MemoryStore();
    const handlers = [handlerOver(store), handlerOver(store), handlerOver(store)];
    const answers = await Promise.allSettled(
      Array.from({ length: 60 }, async (_, i) => {
        const handler = handlers[i % 3];
        for (;;) {
          try {
            return await handler?.handle(SUBJECT, make(`k${i}`), context());
          } catch (error) {
            if (!(error instanceof BusyError)) throw error;
          }
        }
      }),
    );
    expect(answers.every((answer) => answer.status === 'fulfilled')).toBe(true);
    const ids = (await eventsOf(store)).map((event) => event.data['key_id']);
    expect(new Set(ids).size).toBe(60);
    expect(ids).toHaveLength(60);
  });

  it('b3: repeats the same bytes after an unknown outcome, and writes once', async () => {
    const store = new MemoryStore({ faults: { seed: 7, lostAnswers: 0.5, lostRequests: 0.2 } });
    const handler = handlerOver(store);
    for (let i = 0; i < 50; i += 1) {
      expect(await handler.handle(SUBJECT, make(`k${i}`), context())).toMatchObject({
        ok: true,
        revision: i,
      });
    }
    expect((await eventsOf(store)).map((event) => event.data['key_id'])).toEqual(
      Array.from({ length: 50 }, (_, i) => `k${i}`),
    );
  });

  it('tells the caller when nobody answers in time, and recovers afterwards', async () => {
    const store = new MemoryStore({ faults: { seed: 1, lostAnswers: 1 } });
    const handler = handlerOver(store, 20);
    await expect(handler.handle(SUBJECT, make('a'), context())).rejects.toBeInstanceOf(OutcomeUnknownError);
    store.setFaults(null);
    expect(await handler.handle(SUBJECT, make('a', 'repeat'), context())).toMatchObject({
      ok: true,
      revision: 0,
    });
  });

  it('gives up after five lost races with busy', async () => {
    const store = new MemoryStore();
    const other = handlerOver(store);
    let n = 0;
    const racing: EventStore = new Proxy(store, {
      get(target, name) {
        if (name !== 'append') {
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        }
        return async (...args: Parameters<EventStore['append']>) => {
          await other.handle(SUBJECT, make(`rival${(n += 1)}`), context());
          return target.append(...args);
        };
      },
    });
    await expect(handlerOver(racing).handle(SUBJECT, make('a'), context())).rejects.toBeInstanceOf(BusyError);
    expect(n).toBe(6);
  });

  it('decides nothing on a stream that holds an event it cannot read', async () => {
    const store = new MemoryStore();
    await store.append(
      streamName('subject', TENANT, SUBJECT),
      [{ id: newCommandId(), type: 'FromTheFuture', data: {}, metadata: {} }],
      { expected: 'no_stream' },
    );
    await expect(handlerOver(store).handle(SUBJECT, make('a'), context())).rejects.toBeInstanceOf(
      UnreadableStreamError,
    );
  });
});
