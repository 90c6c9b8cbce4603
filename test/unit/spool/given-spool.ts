import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskSpool, type DiskSpoolOptions } from '../../../adapters/spool/disk-spool.ts';
import { type SpoolDamage } from '../../../adapters/spool/drain-queue.ts';
import { type ProcessNames } from '../../../adapters/spool/owner.ts';
import { streamName } from '../../../application/ports/event-store/stream-name.ts';
import { type FrameSpool, type SpooledAppend } from '../../../application/ports/frame-spool.ts';
import { type Instant } from '../../../domain/time/instant.ts';

export const TENANT = '11111111-1111-5111-8111-111111111111';

/** Processes that share a folder; each has one spool, and may die without a word. */
export class SpoolRoom {
  readonly root: string;
  readonly damages: SpoolDamage[] = [];
  readonly takenOver: string[] = [];
  readonly #alive = new Set<string>();

  private constructor(root: string) {
    this.root = root;
  }

  static async create(): Promise<SpoolRoom> {
    return new SpoolRoom(join(await mkdtemp(join(tmpdir(), 'bl-spool-')), 'spool'));
  }

  names(own: string): ProcessNames {
    return { own, isAlive: (name) => this.#alive.has(name) };
  }

  open(process: string, options: Partial<DiskSpoolOptions> = {}): Promise<DiskSpool> {
    this.#alive.add(process);
    return DiskSpool.open({
      root: this.root,
      maxBytes: 64 * 1_048_576,
      names: this.names(process),
      on: {
        damaged: (damage) => this.damages.push(damage),
        takenOver: (folder) => this.takenOver.push(folder),
      },
      ...options,
    });
  }

  /** As after `kill -9`, or for one that is only thought to be. */
  dies(process: string): void {
    this.#alive.delete(process);
  }

  files(folder: string): Promise<string[]> {
    return readdir(join(this.root, folder)).then((names) => names.sort());
  }

  remove(): Promise<void> {
    return rm(join(this.root, '..'), { recursive: true, force: true });
  }
}

export function append(
  payload: string,
  receivedAt = '2026-03-01T12:00:00.000Z',
  tenant = TENANT,
): SpooledAppend {
  return {
    stream: streamName('frames', tenant, receivedAt.slice(0, 10).replaceAll('-', '')),
    receivedAt: receivedAt as Instant,
    events: [{ id: randomUUID(), type: 'FrameReceived', data: { payload }, metadata: {} }],
  };
}

export async function drained(spool: FrameSpool): Promise<SpooledAppend[]> {
  const found: SpooledAppend[] = [];
  for (let one = await spool.first(); one !== null; one = await spool.first()) {
    found.push(one);
    await spool.takeOff();
  }
  return found;
}
