import { expect } from 'vitest';
import { canonicalJson } from '../../../domain/canonical/json.ts';
import { writeProblem } from '../../../domain/catalogue/write-problem.ts';
import { type Decider } from '../../../domain/event/decider.ts';
import { type AnyEvent } from '../../../domain/event/event.ts';
import { type RejectionCode } from '../../../domain/event/rejection.ts';
import { instantOf, type Instant } from '../../../domain/time/instant.ts';

/** Given what happened, when this is asked, then that is recorded or refused. */
export function given<C, E extends AnyEvent, S>(decider: Decider<C, E, S>, ...history: readonly E[]) {
  const state = history.reduce<S>((before, event) => decider.evolve(before, event), decider.initialState);
  return {
    state,
    when(command: C) {
      const decision = decider.decide(command, state);
      return {
        /** Exactly these events, each writable; and the same command again gives none. */
        gives(...expected: readonly E[]) {
          if (!decision.ok) throw new Error(`refused: ${canonicalJson(decision.rejection)}`);
          const events = decision.events.map((item) => item.event);
          expect(events).toEqual(expected);
          for (const event of events) expect(writeProblem(event.type, event.data)).toBeNull();
          const after = events.reduce<S>((before, event) => decider.evolve(before, event), state);
          expect(decider.decide(command, after)).toEqual({ ok: true, events: [] });
          return { at: decision.events.map((item) => item.occurredAt) };
        },
        refuses(code: RejectionCode, facts?: Readonly<Record<string, unknown>>) {
          expect(decision).toMatchObject({ ok: false, rejection: { code } });
          if (facts !== undefined && !decision.ok) expect(decision.rejection.facts).toEqual(facts);
        },
      };
    },
  };
}

/** The instant of an hour of one day, `at(8)`; minutes as a fraction. */
export function at(hour: number): Instant {
  return instantOf(Date.UTC(2026, 10, 22) + hour * 3_600_000);
}

/** A UUID that is easy to tell apart: `uuid(7)`. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
