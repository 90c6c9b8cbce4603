import { type Answer } from './append-answer.ts';
import { type AppendChannel } from './append-channel.ts';
import { type AppendRequest } from './append-request.ts';
import { messageOf } from './grpc-errors.ts';
import { pause } from './pause.ts';

/** The server answers within 2.5 s, or (seen with `any` and known ids in another order) never. */
const LONGEST_ANSWER_MS = 4000;

export interface Attempt {
  /** False once the caller has lost patience: then there is no need to send any more. */
  readonly stillWanted: () => boolean;
  readonly open: () => Promise<AppendChannel>;
  /** From here on the outcome is open: the bytes may leave this machine, or an original of this repeat has left it. */
  readonly leaving: () => void;
  readonly settle: (answer: Answer) => void;
}

/**
 * What has been sent and is not answered, also when nobody waits for the answer any more. A repeat that overtakes its
 * original is answered by the server with a timeout after 2 to 2.5 s; behind the original it is answered at once.
 */
export class InFlight {
  readonly #tails = new Map<string, Promise<void>>();

  send(request: AppendRequest, attempt: Attempt): void {
    const before = this.#tails.get(request.key);
    if (before !== undefined) attempt.leaving();
    // Without an original in flight nothing is awaited but the stream: appends keep the order of the calls.
    const settled =
      before === undefined
        ? this.#sendNow(request, attempt)
        : within(LONGEST_ANSWER_MS, before).then(() => this.#sendNow(request, attempt));
    this.#tails.set(request.key, settled);
    void settled.then(() => {
      if (this.#tails.get(request.key) === settled) this.#tails.delete(request.key);
    });
  }

  /** Resolves when the attempt has settled, for whomever. Never rejects. */
  async #sendNow(request: AppendRequest, attempt: Attempt): Promise<void> {
    try {
      const channel = await attempt.open();
      if (!attempt.stillWanted()) return;
      attempt.leaving();
      await new Promise<void>((resolve) => {
        channel.send(request, (answer) => {
          attempt.settle(answer);
          resolve();
        });
      });
    } catch (error) {
      attempt.settle({ kind: 'not-sent', message: messageOf(error) });
    }
  }
}

async function within(ms: number, settled: Promise<void>): Promise<void> {
  const done = new AbortController();
  await Promise.race([settled, pause(ms, done.signal)]);
  done.abort();
}
