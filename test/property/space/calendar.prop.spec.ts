import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryKinds, dueBoundaries, nextDue } from '../../../domain/space/boundaries.ts';
import { spaceDecider } from '../../../domain/space/decider.ts';
import { type Decided } from '../../../domain/event/event.ts';
import { type SpaceEvent } from '../../../domain/space/events.ts';
import { folded, later, life, lifeAndDeath, live, ticked } from './arbitraries.ts';

const minutes = fc.integer({ min: 0, max: 900 });
const keyOf = ({ boundary }: Decided<SpaceEvent>) =>
  boundary === undefined ? null : `${boundary.kind} ${boundary.subject} ${boundary.due}`;

describe('catching up', () => {
  it('in one step is the same as in many', () => {
    fc.assert(
      fc.property(life, fc.array(minutes, { maxLength: 6 }), minutes, (commands, stops, last) => {
        const { space, now } = live(commands);
        const end = later(now, last);
        const many: Decided<SpaceEvent>[] = [];
        let state = space;
        for (const stop of stops.filter((one) => one < last).sort((a, b) => a - b)) {
          const events = ticked(state, later(now, stop));
          many.push(...events);
          state = folded(state, events);
        }
        many.push(...ticked(state, end));
        expect(many).toEqual(ticked(space, end));
      }),
    );
  });

  it('by two clocks gives the same events with the same keys, as far as the slower one has come', () => {
    fc.assert(
      fc.property(life, minutes, minutes, (commands, one, other) => {
        const { space, now } = live(commands);
        const [slow, fast] = [Math.min(one, other), Math.max(one, other)].map((m) =>
          ticked(space, later(now, m)),
        );
        expect(fast?.slice(0, slow?.length)).toEqual(slow);
        for (const item of fast ?? []) expect(keyOf(item)).not.toBeNull();
      }),
    );
  });

  it('by a passing command gives the same events as by the clock', () => {
    fc.assert(
      fc.property(life, minutes, (commands, ahead) => {
        const { space, now: before } = live(commands);
        const now = later(before, ahead);
        const due = ticked(space, now);
        const decision = spaceDecider.decide({ type: 'ChangeSpace', name: 'Passing by', now }, space);
        expect(decision).toMatchObject({ ok: true });
        if (decision.ok) expect(decision.events.slice(0, due.length)).toEqual(due);
      }),
    );
  });

  it('is in the order of valid time, with the scheduled instant as the time of each', () => {
    fc.assert(
      fc.property(life, minutes, (commands, ahead) => {
        const { space, now } = live(commands);
        let before = { due: '', order: -1 };
        for (const { event, occurredAt, boundary } of ticked(space, later(now, ahead))) {
          if (event.type === 'SpaceStateChanged' || boundary === undefined) continue;
          const order = boundaryKinds.findIndex((kind) => kind === boundary.kind);
          expect(occurredAt).toBe(boundary.due);
          expect(boundary.due > before.due || (boundary.due === before.due && order >= before.order)).toBe(
            true,
          );
          before = { due: boundary.due, order };
        }
      }),
    );
  });

  it('leaves nothing due, and what is next due is what is written next', () => {
    fc.assert(
      fc.property(life, minutes, (commands, ahead) => {
        const { space, now: before } = live(commands);
        const now = later(before, ahead);
        const { nextDueAt } = nextDue(space);
        const due = ticked(space, now);
        if (nextDueAt !== null && nextDueAt <= now) expect(due[0]?.occurredAt).toBe(nextDueAt);
        else expect(due).toEqual([]);
        const after = folded(space, due);
        expect(dueBoundaries(after, now)).toEqual([]);
        const next = nextDue(after).nextDueAt;
        expect(next === null || next > now).toBe(true);
      }),
    );
  });
});

it('no boundary is written twice in a life', () => {
  fc.assert(
    fc.property(lifeAndDeath, (commands) => {
      const keys = live(commands)
        .decided.map(keyOf)
        .filter((key) => key !== null);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});
