import { lastManifest } from '../../domain/archive/decider.ts';
import { type Manifest, readManifest } from '../../domain/archive/manifest.ts';
import { type Handlers } from '../commands/handlers.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';
import { type FrameArchive } from '../ports/frame-archive.ts';
import { archiveMonth, type FrameDay, manifestName } from './frame-day.ts';

const REMEMBERED = 20_000;
/** How far back a month looks for one before it: a tenant may send nothing for years. */
const MONTHS_BACK = 120;

/** How much of a day's stream is archived. */
export interface Covered {
  /** All up to this revision, as far as the manifests can say; −1: nothing. */
  readonly through: number;
  /** The last revision of any part. Beyond `through` only behind a part whose manifest is damaged. */
  readonly last: number;
}

/** What the next part comes after. */
export interface ChainEnd {
  /** In the stream of its month; null: it is the first there. */
  readonly after: string | null;
  /** In all of the tenant's archive; null: it is the first of all. */
  readonly previous: string | null;
}

/** A manifest that the history speaks of is not there, or is another: nothing can be said about its frames. */
export class ManifestDamagedError extends Error {
  readonly code = 'archive-damaged';
  constructor(name: string, what: string) {
    super(`${name}: ${what}`);
    this.name = 'ManifestDamagedError';
  }
}

/** Which frames have been archived: asked of the history and the manifests, which are remembered by their hash. */
export class ArchivedParts {
  readonly #handlers: Pick<Handlers, 'archive'>;
  readonly #archive: Pick<FrameArchive, 'readText'>;
  readonly #onDamage: ((error: ManifestDamagedError, stream: StreamName) => void) | undefined;
  readonly #manifests = new Map<string, Manifest>();
  readonly #ends = new Map<StreamName, number>();
  /** Reported once. */
  readonly #damaged = new Set<string>();

  constructor(
    handlers: Pick<Handlers, 'archive'>,
    archive: Pick<FrameArchive, 'readText'>,
    onDamage?: (error: ManifestDamagedError, stream: StreamName) => void,
  ) {
    this.#handlers = handlers;
    this.#archive = archive;
    this.#onDamage = onDamage;
  }

  /**
   * How much of the day's stream is archived. A part whose manifest is not there, or is another, counts for nothing:
   * while the frames are kept they can be archived once more. Without such a part, what lies between two parts had
   * expired before it could be archived, and nobody can do anything about it.
   */
  async covered(day: FrameDay): Promise<Covered> {
    const { state } = await this.#handlers.archive.load(day.tenantId, archiveMonth(day));
    const sound: Manifest[] = [];
    let isWhole = true;
    for (const part of state.parts) {
      if (part.from !== day.from) continue;
      const manifest = await this.#sound(day, part.manifestSha256);
      if (manifest === null) isWhole = false;
      else sound.push(manifest);
    }
    const last = sound.reduce((end, { last_revision }) => Math.max(end, last_revision), -1);
    return { through: isWhole ? last : gaplessThrough(sound), last };
  }

  /** As far as it is remembered, without asking anybody. */
  knownThrough(stream: StreamName): number {
    return this.#ends.get(stream) ?? -1;
  }

  async #sound(day: FrameDay, sha256: string): Promise<Manifest | null> {
    try {
      return await this.manifest(day, sha256);
    } catch (error) {
      if (!(error instanceof ManifestDamagedError)) throw error;
      if (!this.#damaged.has(sha256)) this.#onDamage?.(error, day.stream);
      this.#damaged.add(sha256);
      return null;
    }
  }

  /** What the next manifest of the day's month comes after, in that month and in all. */
  async chainOf(day: FrameDay): Promise<ChainEnd> {
    const month = archiveMonth(day);
    const after = await this.#last(day.tenantId, month);
    let previous = after;
    let earlier = month;
    for (let n = 0; previous === null && n < MONTHS_BACK; n += 1) {
      earlier = monthBefore(earlier);
      previous = await this.#last(day.tenantId, earlier);
    }
    return { after, previous };
  }

  /** Throws {@link ManifestDamagedError}. */
  async manifest(day: Pick<FrameDay, 'from' | 'stream'>, sha256: string): Promise<Manifest> {
    const known = this.#manifests.get(sha256);
    if (known !== undefined) return known;
    const name = manifestName(day, sha256);
    const found = await this.#archive.readText(name);
    if (found === null) throw new ManifestDamagedError(name, 'the manifest is missing');
    if (found.sha256 !== sha256) throw new ManifestDamagedError(name, `its hash is ${found.sha256}`);
    const manifest = readManifest(found.text);
    if (manifest === null) throw new ManifestDamagedError(name, 'is no manifest');
    if (this.#manifests.size >= REMEMBERED) {
      this.#manifests.clear();
      this.#ends.clear();
    }
    this.#manifests.set(sha256, manifest);
    this.#ends.set(day.stream, Math.max(this.knownThrough(day.stream), manifest.last_revision));
    return manifest;
  }

  async #last(tenantId: string, month: string): Promise<string | null> {
    return lastManifest((await this.#handlers.archive.load(tenantId, month)).state);
  }
}

function gaplessThrough(parts: readonly Manifest[]): number {
  const inOrder = [...parts].sort((a, b) => a.first_revision - b.first_revision);
  return inOrder.reduce(
    (end, part) => (part.first_revision <= end + 1 ? Math.max(end, part.last_revision) : end),
    -1,
  );
}

function monthBefore(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(4))];
  return number === 1 ? `${year - 1}12` : `${year}${String(number - 1).padStart(2, '0')}`;
}
