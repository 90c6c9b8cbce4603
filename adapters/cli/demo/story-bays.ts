/** Something that happened on a story bay, so many minutes before the city was made. */
interface Ago {
  readonly agoMin: number;
}

export type StoryStep =
  | (Ago & { readonly kind: 'observe'; readonly occupied: boolean })
  /** The successor takes the place of the sensor. */
  | (Ago & { readonly kind: 'swap' });

export interface StoryFrame extends Ago {
  readonly fCnt: number;
  readonly occupied: boolean;
  readonly kind: 'status' | 'heartbeat';
}

/** A bay on which one rule can be seen at work. Nothing else happens there: live traffic passes it by. */
export interface StoryBay {
  readonly code: string;
  readonly title: string;
  /** The type of its sensor. */
  readonly sensor: string;
  /** The type of the sensor that comes after it. */
  readonly successor?: string;
  /** From then on nothing but the story happens. */
  readonly beginsAgoMin: number;
  /** What happened first, made in process as the rest of the city's past. */
  readonly steps: readonly StoryStep[];
  /** What the sensor (the successor, where there is one) sent then, in the order in which it arrives through the intake. */
  readonly frames: readonly StoryFrame[];
  /** All its past is told by frames, heartbeats too, and the last of them was sent then. */
  readonly lastHeardAgoMin?: number;
}

const lateFrame: StoryBay = {
  code: 'A-07',
  title: 'a late frame',
  sensor: 'nwave-nps310sm',
  beginsAgoMin: 300,
  steps: [{ kind: 'observe', agoMin: 300, occupied: false }],
  // One long stay, until the frame comes that says that it were two. What is now was said by the frame after them.
  frames: [
    { fCnt: 0, agoMin: 240, occupied: false, kind: 'heartbeat' },
    { fCnt: 1, agoMin: 180, occupied: true, kind: 'status' },
    { fCnt: 3, agoMin: 65, occupied: true, kind: 'status' },
    { fCnt: 4, agoMin: 30, occupied: false, kind: 'status' },
    { fCnt: 2, agoMin: 110, occupied: false, kind: 'status' },
  ],
};

const swappedMidStay: StoryBay = {
  code: 'C-01',
  title: 'sensor swapped during a stay',
  sensor: 'bosch-tps110-0.39',
  successor: 'nwave-nps405',
  beginsAgoMin: 150,
  steps: [
    { kind: 'observe', agoMin: 150, occupied: false },
    { kind: 'observe', agoMin: 95, occupied: true },
    { kind: 'swap', agoMin: 40 },
  ],
  frames: [{ fCnt: 0, agoMin: 22, occupied: true, kind: 'heartbeat' }],
};

const silentSensor: StoryBay = {
  code: 'C-05',
  title: 'a silent sensor',
  // Every three hours: missed after six hours and 36 minutes.
  sensor: 'pni-placepod',
  beginsAgoMin: 2 * 24 * 60,
  steps: [],
  frames: [],
  lastHeardAgoMin: 450,
};

const flapping: StoryBay = {
  code: 'D-02',
  title: 'a flapping sensor',
  sensor: 'radiobridge-rbs301-dws',
  beginsAgoMin: 120,
  steps: [{ kind: 'observe', agoMin: 120, occupied: false }],
  frames: [
    { fCnt: 0, agoMin: 75, occupied: false, kind: 'status' },
    // Fifteen changes in three quarters of an hour.
    ...Array.from({ length: 15 }, (_, index): StoryFrame => ({
      fCnt: index + 1,
      agoMin: 48 - 3 * index,
      occupied: index % 2 === 0,
      kind: 'status',
    })),
  ],
};

export const storyBays: readonly StoryBay[] = [lateFrame, swappedMidStay, silentSensor, flapping];

export function storyOf(code: string): StoryBay | null {
  return storyBays.find((story) => story.code === code) ?? null;
}
