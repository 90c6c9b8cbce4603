import { type Evidence, evidenceOf } from '../../domain/frames/evidence.ts';
import { earlierOf, type Instant, instantOf } from '../../domain/time/instant.ts';
import { type Handlers } from '../commands/handlers.ts';
import { newCommandId } from '../ids/ids.ts';
import { type DueSpace, type DueStreams } from '../ports/due-streams.ts';

export interface ClockOptions {
  readonly due: DueStreams;
  /** Up to when all frames have been handled; null: not known. */
  readonly evidence: () => Promise<Evidence | null>;
  readonly handlers: Handlers;
  readonly now: () => Instant;
  readonly onError: (error: unknown, space: DueSpace) => void;
  /** Spaces advanced side by side. */
  readonly concurrency?: number;
}

const PAGE = 1000;

/** Earlier than whatever depends on evidence. */
const NOTHING_KNOWN = instantOf(0);

/**
 * Advances every overdue space once. Nothing depends on the clock running: commands catch up by themselves and reads
 * compute; it only announces. Two clocks write one event, since a boundary event's id follows from the boundary.
 * Answers how many spaces it advanced.
 */
export async function advanceOverdueSpaces(options: ClockOptions): Promise<number> {
  const now = options.now();
  const evidence = await options.evidence();
  const overdue = await options.due.overdue(now, evidence, PAGE);
  const waiting = overdue[Symbol.iterator]();
  const worker = async () => {
    for (const space of waiting) {
      try {
        const through = evidence === null ? NOTHING_KNOWN : evidenceOf(evidence, space.tenantId);
        await advance(options.handlers, space, now, earlierOf(now, through));
      } catch (error) {
        // The row stays due: the next round tries again.
        options.onError(error, space);
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 32 }, worker));
  return overdue.length;
}

async function advance(
  handlers: Handlers,
  space: DueSpace,
  now: Instant,
  evidenceThrough: Instant,
): Promise<void> {
  const commandId = newCommandId();
  await handlers.space.handle(
    space.spaceId,
    { type: 'AdvanceTo', now, evidenceThrough },
    {
      tenantId: space.tenantId,
      commandId,
      correlationId: commandId,
      actor: { type: 'system', id: 'clock' },
      decidedAt: now,
    },
  );
}
