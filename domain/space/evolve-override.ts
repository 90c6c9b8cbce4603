import { type SpaceEvent } from './events.ts';
import { keepLast } from './keep-last.ts';
import { type LiveSpace } from './state.ts';

type OverrideEvent = Extract<
  SpaceEvent,
  { type: 'OverrideApplied' | 'OverrideStarted' | 'OverrideExpired' | 'OverrideLifted' }
>;

export function evolveOverride(space: LiveSpace, event: OverrideEvent): LiveSpace {
  const id = event.data.override_id;
  switch (event.type) {
    case 'OverrideApplied': {
      const { kind, starts_at: startsAt, ends_at: endsAt } = event.data;
      const applied = { id, kind, startsAt, endsAt: endsAt ?? null, seq: space.nextSeq, started: false };
      return { ...space, overrides: [...space.overrides, applied], nextSeq: space.nextSeq + 1 };
    }
    case 'OverrideStarted':
      return {
        ...space,
        overrides: space.overrides.map((one) => (one.id === id ? { ...one, started: true } : one)),
      };
    case 'OverrideExpired':
    case 'OverrideLifted':
      return {
        ...space,
        overrides: space.overrides.filter((one) => one.id !== id),
        endedOverrides: keepLast([...space.endedOverrides, id]),
      };
  }
}
