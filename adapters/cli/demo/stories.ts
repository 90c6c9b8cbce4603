import { addSeconds, type Instant, secondsBetween } from '../../../domain/time/instant.ts';
import { chirpstackUplink, firstDevAddr } from '../simulated-uplink.ts';
import { Chance } from './chance.ts';
import { type PlannedSpace } from './city.ts';
import { type DemoApi } from './demo-api.ts';
import { minutesBefore, traffic } from './past.ts';
import { type StoryBay, storyOf } from './story-bays.ts';

interface SentFrame {
  readonly at: Instant;
  readonly fCnt: number;
  readonly occupied: boolean;
  readonly kind: 'status' | 'heartbeat';
}

/**
 * The frames of the story bays, with their own times, through the HTTP intake. The same city sends the same deliveries:
 * told again after a crash, they are repeats.
 */
export async function sendStories(
  api: DemoApi,
  spaces: readonly PlannedSpace[],
  from: Instant,
  to: Instant,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    spaces.map(async (space) => {
      const story = storyOf(space.code);
      if (story === null) return;
      for (const frame of framesOf(story, space, from, to)) {
        signal.throwIfAborted();
        await send(api, space, frame);
      }
    }),
  );
}

async function send(api: DemoApi, space: PlannedSpace, frame: SentFrame): Promise<void> {
  const { at, fCnt, kind, occupied } = frame;
  const { devEui, type } = space.successor ?? space.sensor;
  const body = chirpstackUplink({
    device: { devEui, name: space.code, type },
    devAddr: firstDevAddr(devEui),
    fCnt,
    reading: { kind, occupied, batteryMv: 3_450, temperatureDeciC: 165 },
    at,
  });
  const { status } = await api.post('ingest', '/uplink?event=up', body);
  if (status >= 300) throw new Error(`the intake answered ${status} to a frame of ${space.code}`);
}

/** In the order of their arrival. */
export function framesOf(
  story: StoryBay,
  space: PlannedSpace,
  from: Instant,
  to: Instant,
): readonly SentFrame[] {
  if (story.lastHeardAgoMin === undefined) {
    return story.frames.map(({ agoMin, ...frame }) => ({ ...frame, at: minutesBefore(to, agoMin) }));
  }
  return wholePast(space, from, minutesBefore(to, story.lastHeardAgoMin));
}

/** Cars come and go as elsewhere, with a heartbeat where the bay is quiet; at the end somebody parks. */
function wholePast(space: PlannedSpace, from: Instant, last: Instant): readonly SentFrame[] {
  const { heartbeatS } = space.sensor.type;
  const frames: SentFrame[] = [];
  const sent = (at: Instant, occupied: boolean, kind: SentFrame['kind']): void => {
    frames.push({ at, occupied, kind, fCnt: frames.length });
  };
  const changes = [...traffic(space, from, last, new Chance(`${space.code}/frames`))];
  for (const { at, occupied } of [...changes, { at: last, occupied: true }]) {
    for (let before = frames.at(-1); before !== undefined; before = frames.at(-1)) {
      if (secondsBetween(before.at, at) <= heartbeatS) break;
      sent(addSeconds(before.at, heartbeatS), before.occupied, 'heartbeat');
    }
    sent(at, occupied, frames.at(-1)?.occupied === occupied ? 'heartbeat' : 'status');
  }
  return frames;
}
