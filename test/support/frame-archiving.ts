import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openFrameArchive } from '../../adapters/frame-archive/index.ts';
import { FrameArchiver, type FrameArchiverOptions } from '../../application/archive/frame-archiver.ts';
import { createHandlers } from '../../application/commands/handlers.ts';
import { type EventStore } from '../../application/ports/event-store/event-store.ts';
import { type RecordedEvent } from '../../application/ports/event-store/events.ts';
import { type FrameArchive } from '../../application/ports/frame-archive.ts';
import { addSeconds, instantOf, type Instant } from '../../domain/time/instant.ts';

export const DAY_S = 86_400;
export const POLICY_S = 90 * DAY_S;

/** A clock that a test moves; stores and archivers share it. */
export class TestClock {
  #at: Instant;

  constructor(at: Instant) {
    this.#at = at;
  }

  readonly now = (): Instant => this.#at;
  readonly date = (): Date => new Date(this.#at);
  readonly ms = (): number => Date.parse(this.#at);

  /** To so many days after an instant. */
  set(at: Instant, days = 0): void {
    this.#at = addSeconds(at, days * DAY_S);
  }
}

export interface Archiving {
  readonly tenantId: string;
  readonly folder: string;
  readonly archive: FrameArchive;
  /** One more archiver with memory of its own, as in another process. */
  readonly archiver: (options?: Partial<FrameArchiverOptions>) => FrameArchiver;
  readonly files: () => Promise<string[]>;
  /** What the history says was archived. */
  readonly events: () => Promise<RecordedEvent[]>;
}

/** A tenant whose frames are archived into a folder of the test's own. */
export async function archiving(
  store: EventStore,
  clock: TestClock,
  since: Instant = clock.now(),
): Promise<Archiving> {
  const folder = await mkdtemp(join(tmpdir(), 'bayledger-archive-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const archive = await openFrameArchive({ kind: 'folder', folder }, folder);
  const tenantId = randomUUID();
  return {
    tenantId,
    folder,
    archive,
    archiver: (options = {}) =>
      new FrameArchiver({
        store,
        handlers: createHandlers({ store, softwareVersion: 'test' }),
        archive,
        tenants: async function* () {
          yield await Promise.resolve({ tenantId, since });
        },
        now: clock.now,
        keepFramesS: POLICY_S,
        ...options,
      }),
    files: async () =>
      (await readdir(folder, { recursive: true })).filter((name) => /\.(gz|json)$/.test(name)).sort(),
    events: async () => {
      const found: RecordedEvent[] = [];
      for await (const page of store.readAll({ categories: ['archive'] }))
        found.push(...page.filter(({ metadata }) => metadata['tenant_id'] === tenantId));
      return found;
    },
  };
}

/** The instant of an hour of the first day of a test's frames. */
export function frameTime(day: number, hour = 12): Instant {
  return instantOf(Date.UTC(2026, 0, 30 + day, hour));
}

/** The same archive, with another way of doing some things. */
export function withChanges(archive: FrameArchive, changes: Partial<FrameArchive>): FrameArchive {
  return {
    storeLines: (...args) => archive.storeLines(...args),
    storeText: (...args) => archive.storeText(...args),
    readText: (name) => archive.readText(name),
    check: (file) => archive.check(file),
    readLines: (file) => archive.readLines(file),
    ...changes,
  };
}
