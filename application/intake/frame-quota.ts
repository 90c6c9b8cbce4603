import { epochMs, type Instant } from '../../domain/time/instant.ts';
import { type ReceivedMessage } from './frame.ts';
import { type Receipt } from './intake.ts';

/** Whatever takes frames: the intake, or something around it. */
export interface FrameReceiver {
  receive(tenantId: string, received: ReceivedMessage): Promise<Receipt>;
}

export interface FrameQuotaSigns {
  /** Once in a minute and tenant: its quota is used up. */
  exceeded(tenantId: string, framesPerMinute: number): void;
  /** Each frame beyond it. */
  over(): void;
}

const WINDOW_MS = 60_000;

interface Window {
  readonly began: number;
  frames: number;
}

/**
 * Counts what each tenant sends in a minute, by the time of receipt. An authenticated sender is never refused: a network
 * server does not send again, so what is beyond the quota is taken in, counted and alarmed (rules Q3 and Q4).
 */
export class FrameQuota implements FrameReceiver {
  readonly #inner: FrameReceiver;
  readonly #framesPerMinute: number;
  readonly #on: FrameQuotaSigns;
  readonly #windows = new Map<string, Window>();

  constructor(inner: FrameReceiver, framesPerMinute: number, on: FrameQuotaSigns) {
    this.#inner = inner;
    this.#framesPerMinute = framesPerMinute;
    this.#on = on;
  }

  receive(tenantId: string, received: ReceivedMessage): Promise<Receipt> {
    this.#count(tenantId, received.receivedAt);
    return this.#inner.receive(tenantId, received);
  }

  #count(tenantId: string, at: Instant): void {
    const window = this.#windowOf(tenantId, epochMs(at));
    window.frames += 1;
    if (window.frames <= this.#framesPerMinute) return;
    if (window.frames === this.#framesPerMinute + 1) this.#on.exceeded(tenantId, this.#framesPerMinute);
    this.#on.over();
  }

  /** A clock that is set back begins a new minute, or the old one would not end for a long time. */
  #windowOf(tenantId: string, at: number): Window {
    const known = this.#windows.get(tenantId);
    if (known !== undefined && at >= known.began && at < known.began + WINDOW_MS) return known;
    const window = { began: at, frames: 0 };
    this.#windows.set(tenantId, window);
    return window;
  }
}
