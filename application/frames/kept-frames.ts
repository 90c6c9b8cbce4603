import { type EventStore } from '../ports/event-store/event-store.ts';
import { type StreamName } from '../ports/event-store/stream-name.ts';
import { type Frame, readFrame } from '../sensor-process/frame-input.ts';

/** Where a frame is kept. */
export interface FramePlace {
  readonly stream: StreamName;
  readonly revision: number;
}

/** Frames that lie this close in their stream are fetched together. */
const NEAR = 16;
const AT_ONCE = 8;

export const placeKey = ({ revision, stream }: FramePlace): string => `${stream}/${revision}`;

/** The frames that are kept at these places, by {@link placeKey}. Those that have expired are not in it. */
export async function keptFrames(
  store: EventStore,
  places: readonly FramePlace[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Frame>> {
  const wanted = new Set(places.map(placeKey));
  const found = new Map<string, Frame>();
  const ranges = rangesOf(places);
  const fetchNext = async (): Promise<void> => {
    for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) {
      const options = { from: range.from, limit: range.to - range.from + 1, ...(signal && { signal }) };
      for await (const page of store.readStream(range.stream, options)) {
        for (const recorded of page) {
          const { frame } = readFrame(recorded);
          if (wanted.has(placeKey(frame))) found.set(placeKey(frame), frame);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
  return found;
}

interface Range {
  readonly stream: StreamName;
  readonly from: number;
  to: number;
}

function rangesOf(places: readonly FramePlace[]): Range[] {
  const ranges: Range[] = [];
  const sorted = [...places].sort((a, b) =>
    a.stream === b.stream ? a.revision - b.revision : a.stream < b.stream ? -1 : 1,
  );
  for (const { revision, stream } of sorted) {
    const last = ranges.at(-1);
    if (last?.stream === stream && revision - last.to <= NEAR) last.to = revision;
    else ranges.push({ stream, from: revision, to: revision });
  }
  return ranges;
}
