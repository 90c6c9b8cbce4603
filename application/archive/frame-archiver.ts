import { type Manifest } from '../../domain/archive/manifest.ts';
import { epochMs, type Instant } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';
import { type FrameArchive } from '../ports/frame-archive.ts';
import { archivePart, PART_LIMITS, type PartLimits, type PartTools } from './archive-part.ts';
import { ArchivedParts } from './archived-parts.ts';
import { daysBetween, type FrameDay, frameDay, frameDayOf } from './frame-day.ts';
import { ALARM_BEFORE_LOSS_S, framesKeptS, REPRIEVE_S } from './retention.ts';

/** A tenant, and since when it may have frames. */
export interface TenantSince {
  readonly tenantId: string;
  readonly since: Instant;
}

export interface FrameArchiverOptions {
  readonly store: EventStore;
  readonly handlers: Pick<Handlers, 'archive'>;
  readonly archive: FrameArchive;
  readonly tenants: () => AsyncIterable<TenantSince>;
  readonly now: () => Instant;
  /** The policy: days are archived once they are older than this. Whole seconds. */
  readonly keepFramesS: number;
  readonly limits?: PartLimits;
  readonly on?: {
    readonly archived?: (manifest: Manifest) => void;
    /** Revisions that were gone before they were archived. */
    readonly lost?: (stream: StreamName, from: number, to: number) => void;
    readonly prolonged?: (stream: StreamName, keptS: number) => void;
    readonly failed?: (stream: StreamName, error: unknown) => void;
  };
}

/** What is due and not archived, as of the last look. */
export interface Backlog {
  readonly frames: number;
  readonly days: number;
  /** The first day of them; null: none. */
  readonly oldest: Instant | null;
  /** Frames would be lost within a week: somebody must look. */
  readonly isAlarming: boolean;
}

export interface ArchiveRound {
  readonly archivedFrames: number;
  readonly failures: number;
}

type Counts = { -readonly [K in keyof ArchiveRound]: ArchiveRound[K] };

interface Due {
  readonly day: FrameDay;
  /** −1 also where nobody could tell. */
  readonly archivedThrough: number;
  readonly head: number;
}

/** A day that is due and not archived. */
interface OpenDay {
  readonly day: FrameDay;
  /** The store would have let it go, whatever its name says of its age. */
  readonly isExpiring: boolean;
}

const DAY_MS = 86_400_000;
/** A target that is away fails for every stream: the rest of the round would only add to the log. */
const MOST_FAILURES = 3;
/** A tenant's first frames may be older than its registration by our clocks' differences. */
const BEFORE_REGISTRATION_MS = 2 * DAY_MS;
/** So far back it looks at the start and once a day; what is older and still there is told by {@link FrameArchiver.isStillNeeded}. */
const LOOK_BACK_MS = 400 * DAY_MS;

/**
 * Archives each tenant's frames day by day before they expire (rules H8, F05). Safe to run anywhere any number of times:
 * what is archived is decided by the history alone.
 */
export class FrameArchiver {
  readonly #options: FrameArchiverOptions;
  readonly #parts: ArchivedParts;
  readonly #tools: PartTools;
  /** When this process has last looked at the far past of each tenant. */
  readonly #surveyedMs = new Map<string, number>();
  /** Streams whose retention this process has set. */
  readonly #retained = new Set<StreamName>();
  /** Streams of which this process has archived all that there still was: what a damaged manifest told of besides has gone. */
  readonly #mended = new Set<StreamName>();
  /** Days to be looked at in each round, however old they become. */
  readonly #open = new Map<StreamName, OpenDay>();
  #backlog: Backlog | null = null;

  constructor(options: FrameArchiverOptions) {
    this.#options = options;
    const { archive, handlers, limits = PART_LIMITS, now, store } = options;
    this.#parts = new ArchivedParts(handlers, archive, (error, stream) =>
      options.on?.failed?.(stream, error),
    );
    this.#tools = { store, archive, handlers, now, limits };
  }

  /** Null until the first round has looked everywhere. */
  get backlog(): Backlog | null {
    return this.#backlog;
  }

  /**
   * For {@link EventStore.expire}: whether what the store would let go of this stream has to stay, since it is not archived
   * (or nobody can tell). Such a stream is archived in the next round, however old it is.
   */
  async isStillNeeded(stream: StreamName, lastRevision: number): Promise<boolean> {
    const day = frameDayOf(stream);
    if (day === null) return false;
    try {
      if ((await this.#archivedThrough(day)) >= lastRevision) return false;
    } catch (error) {
      this.#options.on?.failed?.(stream, error);
    }
    this.#open.set(stream, { day, isExpiring: true });
    return true;
  }

  /**
   * One look at all tenants, then all that is due, the oldest first. What fails is reported and left for the next round;
   * after a few failures the target or the store is taken to be away.
   */
  async round(signal?: AbortSignal): Promise<ArchiveRound> {
    const counts: Counts = { archivedFrames: 0, failures: 0 };
    const due = new Map<StreamName, Due>();
    const seen = new Set<StreamName>();
    for await (const day of this.#days()) {
      signal?.throwIfAborted();
      if (seen.has(day.stream)) continue;
      seen.add(day.stream);
      const found = await this.#look(day, counts);
      if (found !== null) due.set(day.stream, found);
    }
    this.#note(due);
    for (const one of [...due.values()].sort(byAge)) {
      if (counts.failures >= MOST_FAILURES) break;
      const { stream } = one.day;
      try {
        const frames = await this.#archive(one, signal);
        counts.archivedFrames += frames;
        due.delete(stream);
        this.#note(due);
      } catch (error) {
        signal?.throwIfAborted();
        this.#failed(counts, stream, error);
      }
    }
    return counts;
  }

  /** Days that are due or whose retention this process has not set yet, tenant by tenant. */
  async *#days(): AsyncGenerator<FrameDay, void, undefined> {
    const { keepFramesS, now, tenants } = this.#options;
    const nowMs = epochMs(now());
    const recent = nowMs - framesKeptS(keepFramesS) * 1000 - DAY_MS;
    for (const { day } of [...this.#open.values()]) yield day;
    for await (const { since, tenantId } of tenants()) {
      const isSurvey = nowMs - (this.#surveyedMs.get(tenantId) ?? -Infinity) >= DAY_MS;
      const earliest = isSurvey ? Math.min(recent, nowMs - LOOK_BACK_MS) : recent;
      const from = Math.max(earliest, epochMs(since) - BEFORE_REGISTRATION_MS);
      for (const ms of daysBetween(from, nowMs)) {
        const day = frameDay(tenantId, ms);
        if (isSurvey || this.#isDue(day)) yield day;
      }
      if (isSurvey) this.#surveyedMs.set(tenantId, nowMs);
    }
  }

  #isDue({ to }: FrameDay): boolean {
    const { keepFramesS, now } = this.#options;
    return epochMs(to) + keepFramesS * 1000 <= epochMs(now());
  }

  /** Null: nothing is due. Sets the stream's retention where nobody has. Throws what the store throws. */
  async #look(day: FrameDay, counts: Counts): Promise<Due | null> {
    const open = this.#open.get(day.stream);
    const isAtRisk = open?.isExpiring === true || this.#isAlarming(day.from);
    // Before it is read: somebody may have set its retention again, and then it is hidden by now.
    if (open !== undefined && isAtRisk) await this.#prolong(day);
    const head = await this.#headOf(day.stream);
    if (head !== null && (open !== undefined || this.#isDue(day))) {
      const archivedThrough = await this.#knownThrough(day, counts);
      if (archivedThrough < head) {
        if (open === undefined && isAtRisk) await this.#prolong(day);
        this.#open.set(day.stream, { day, isExpiring: open?.isExpiring ?? false });
        return { day, archivedThrough, head };
      }
    }
    this.#open.delete(day.stream);
    if (head !== null && !this.#retained.has(day.stream)) await this.#retain(day.stream);
    return null;
  }

  /** While the target is away, what cannot be shown to be archived counts as not archived. */
  async #knownThrough(day: FrameDay, counts: Counts): Promise<number> {
    if (counts.failures >= MOST_FAILURES) return this.#parts.knownThrough(day.stream);
    try {
      return await this.#archivedThrough(day);
    } catch (error) {
      this.#failed(counts, day.stream, error);
      return this.#parts.knownThrough(day.stream);
    }
  }

  /** The last revision of the day that is archived, or cannot be any more. */
  async #archivedThrough(day: FrameDay): Promise<number> {
    const { last, through } = await this.#parts.covered(day);
    return this.#mended.has(day.stream) ? last : through;
  }

  async #archive({ archivedThrough, day, head }: Due, signal: AbortSignal | undefined): Promise<number> {
    const { on } = this.#options;
    let frames = 0;
    let through = archivedThrough;
    for (;;) {
      // The chain first: a part that another archiver adds behind this line refuses ours.
      const chain = await this.#parts.chainOf(day);
      through = Math.max(through, await this.#archivedThrough(day));
      if (through >= head) break;
      const part = await archivePart(this.#tools, day, chain, through + 1, head, signal);
      if (part.kind === 'overtaken') continue;
      const gapless = part.kind === 'archived' ? part.manifest.first_revision : head + 1;
      if (gapless > through + 1) on?.lost?.(day.stream, through + 1, gapless - 1);
      if (part.kind !== 'archived') break;
      frames += part.manifest.frames;
      through = part.manifest.last_revision;
      on?.archived?.(part.manifest);
    }
    this.#open.delete(day.stream);
    this.#mended.add(day.stream);
    await this.#retain(day.stream);
    return frames;
  }

  async #headOf(stream: StreamName): Promise<number | null> {
    const pages = this.#options.store.readStream(stream, { direction: 'backwards', limit: 1 });
    for await (const [event] of pages) return event?.revision ?? null;
    return null;
  }

  async #retain(stream: StreamName): Promise<void> {
    await this.#options.store.retain(stream, framesKeptS(this.#options.keepFramesS));
    this.#retained.add(stream);
  }

  /** More time for what could not be archived. Also brings back what is hidden already, where it is still stored. */
  async #prolong({ from, stream }: FrameDay): Promise<void> {
    const { keepFramesS, now, on, store } = this.#options;
    // The clock that named the stream may have been wrong: what is to expire is as old as its policy at least.
    const ageS = Math.max((epochMs(now()) - epochMs(from)) / 1000, framesKeptS(keepFramesS));
    // In steps, since each new value stays in the store as an event.
    const keptS = (Math.floor(ageS / REPRIEVE_S) + 2) * REPRIEVE_S;
    await store.retain(stream, keptS);
    this.#retained.delete(stream);
    on?.prolonged?.(stream, keptS);
  }

  #failed(counts: Counts, stream: StreamName, error: unknown): void {
    counts.failures += 1;
    this.#options.on?.failed?.(stream, error);
  }

  #isAlarming(from: Instant): boolean {
    const { keepFramesS, now } = this.#options;
    const lostAtMs = epochMs(from) + framesKeptS(keepFramesS) * 1000;
    return lostAtMs - epochMs(now()) <= ALARM_BEFORE_LOSS_S * 1000;
  }

  #note(due: ReadonlyMap<StreamName, Due>): void {
    const all = [...due.values()].sort(byAge);
    const oldest = all[0]?.day.from ?? null;
    this.#backlog = {
      frames: all.reduce((sum, { archivedThrough, head }) => sum + head - archivedThrough, 0),
      days: all.length,
      oldest,
      isAlarming: oldest !== null && this.#isAlarming(oldest),
    };
  }
}

function byAge(a: Due, b: Due): number {
  return a.day.from < b.day.from ? -1 : a.day.from > b.day.from ? 1 : 0;
}
