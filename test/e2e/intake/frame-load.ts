import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, uplink } from '../cli/api-client.ts';

/** Sensors that report one change after the other; each message is sent until it is answered, as it was. */
export class FrameLoad {
  readonly #api: ApiClient;
  readonly #stop = new AbortController();
  readonly #lanes: Promise<void>[];
  /** Ids of frames that were answered with 2xx. */
  readonly answered: string[] = [];
  readonly refusals = new Map<string, number>();

  constructor(api: ApiClient, devEuis: readonly string[]) {
    this.#api = api;
    this.#lanes = devEuis.map((devEui, lane) => this.#send(devEui, lane));
  }

  /** Until so many more were answered. */
  async grows(by: number, withinMs: number, why: () => string): Promise<void> {
    const wanted = this.answered.length + by;
    const deadline = performance.now() + withinMs;
    while (this.answered.length < wanted) {
      if (performance.now() > deadline)
        throw new Error(
          `${this.answered.length} of ${wanted} frames after ${withinMs} ms; ${JSON.stringify([...this.refusals])}\n${why()}`,
        );
      await sleep(20);
    }
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#lanes);
  }

  async #send(devEui: string, lane: number): Promise<void> {
    for (let fCnt = 1; !this.#stop.signal.aborted; fCnt += 1) {
      const deduplicationId = `0000000${lane}-0000-4000-8000-${fCnt.toString().padStart(12, '0')}`;
      const message = { ...uplink(fCnt, fCnt % 2 === 1, devEui), deduplicationId };
      for (let isAnswered = false; !isAnswered && !this.#stop.signal.aborted;) {
        isAnswered = await this.#sendOnce(message);
        await sleep(isAnswered ? 10 : 50);
      }
    }
  }

  async #sendOnce(message: object): Promise<boolean> {
    try {
      const { body, status } = await this.#api.send('POST', '/uplink?event=up', message);
      if (status !== 200) return this.#refused(`${status} ${String(body['code'])}`);
      this.answered.push(String(body['frame_id']));
      return true;
    } catch (error) {
      return this.#refused(error instanceof Error ? error.name : 'unknown');
    }
  }

  #refused(how: string): false {
    this.refusals.set(how, (this.refusals.get(how) ?? 0) + 1);
    return false;
  }
}
