import { addSeconds, type Instant } from '../../domain/time/instant.ts';
import { type EventStore } from '../ports/event-store/event-store.ts';
import { comparePositions, type Position } from '../ports/event-store/position.ts';
import { streamName } from '../ports/event-store/stream-name.ts';
import { type Frame, readFrame } from '../sensor-process/frame-input.ts';

const DAY_S = 86_400;
/** A sensor process that is further behind than this is the news, not its frames. */
const MOST_FRAMES = 5_000;
const MOST_DAYS = 7;

export interface WaitingFrames {
  /** The newest first. */
  readonly frames: readonly Frame[];
  /** There are more than were looked at. */
  readonly more: boolean;
}

/**
 * Frames of a tenant that are kept and that the sensor process has not handled yet: those behind its position, read from
 * the newest back.
 */
export async function waitingFrames(
  store: EventStore,
  tenantId: string,
  handledUpTo: Position | null,
  now: Instant,
  isWanted: (frame: Frame) => boolean,
): Promise<WaitingFrames> {
  const frames: Frame[] = [];
  // Of a store that was there before, nothing is known here.
  const handled = handledUpTo?.storeId === store.storeId ? handledUpTo : null;
  let looked = 0;
  for (let back = 0; back < MOST_DAYS; back += 1) {
    const day = addSeconds(now, -back * DAY_S)
      .slice(0, 10)
      .replaceAll('-', '');
    const stream = streamName('frames', tenantId, day);
    for await (const page of store.readStream(stream, {
      direction: 'backwards',
      limit: MOST_FRAMES - looked,
    })) {
      for (const recorded of page) {
        if (handled !== null && comparePositions(recorded.position, handled) <= 0)
          return { frames, more: false };
        const { frame } = readFrame(recorded);
        if (isWanted(frame)) frames.push(frame);
        looked += 1;
      }
    }
    if (looked >= MOST_FRAMES) return { frames, more: true };
  }
  return { frames, more: false };
}
