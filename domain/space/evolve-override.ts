import { caughtUp } from './caught-up.ts';
import { type SpaceEvent } from './events.ts';
import { keepLast } from './keep-last.ts';
import { type LiveSpace, type Override } from './state.ts';

type OverrideEvent = Extract<
  SpaceEvent,
  { type: 'OverrideApplied' | 'OverrideStarted' | 'OverrideExpired' | 'OverrideLifted' }
>;

export function evolveOverride(space: LiveSpace, event: OverrideEvent): LiveSpace {
  if (event.type === 'OverrideApplied') return applied(space, event.data);
  const place = space.overrides.findIndex((one) => one.id === event.data.override_id);
  const override = space.overrides[place];
  if (override === undefined) return space;
  switch (event.type) {
    case 'OverrideStarted':
      return {
        ...space,
        overrides: space.overrides.with(place, { ...override, started: true }),
        caughtUpTo: caughtUp(space, event.data.scheduled_at),
      };
    case 'OverrideExpired':
      return { ...ended(space, override), caughtUpTo: caughtUp(space, event.data.scheduled_at) };
    case 'OverrideLifted':
      return ended(space, override);
  }
}

function applied(
  space: LiveSpace,
  data: Extract<OverrideEvent, { type: 'OverrideApplied' }>['data'],
): LiveSpace {
  const id = data.override_id;
  if (space.overrides.some((one) => one.id === id) || space.endedOverrides.some((one) => one.id === id)) {
    return space;
  }
  const override: Override = {
    id,
    kind: data.kind,
    startsAt: data.starts_at,
    endsAt: data.ends_at ?? null,
    reasonCode: data.reason?.code,
    seq: space.nextSeq,
    started: false,
  };
  return { ...space, overrides: [...space.overrides, override], nextSeq: space.nextSeq + 1 };
}

function ended(space: LiveSpace, override: Override): LiveSpace {
  return {
    ...space,
    overrides: space.overrides.filter((one) => one !== override),
    endedOverrides: keepLast([...space.endedOverrides, override]),
  };
}
