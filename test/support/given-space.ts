import { expect } from 'vitest';
import { canonicalJson } from '../../domain/canonical/json.ts';
import { writeProblem } from '../../domain/catalogue/write-problem.ts';
import { type Decided } from '../../domain/event/event.ts';
import { type RejectionCode } from '../../domain/event/rejection.ts';
import { type PolicyValues } from '../../domain/policy/policy.ts';
import { computeState } from '../../domain/space/compute-state.ts';
import { type SpaceCommand } from '../../domain/space/commands.ts';
import { spaceDecider } from '../../domain/space/decider.ts';
import { type SpaceEvent } from '../../domain/space/events.ts';
import { inputsOf, type LiveSpace, type SpaceState } from '../../domain/space/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { registration } from './space-commands.ts';

/** Given a space with a history of commands, when one more comes, then this is recorded or refused. */
export class SpaceStory {
  readonly state: SpaceState;

  constructor(state: SpaceState = spaceDecider.initialState) {
    this.state = state;
  }

  get live(): LiveSpace {
    if (this.state.status === 'unregistered') throw new Error('there is no such space');
    return this.state;
  }

  /** All of them must be accepted. */
  after(...commands: readonly SpaceCommand[]): SpaceStory {
    return commands.reduce<SpaceStory>((story, command) => story.when(command).accepted, this);
  }

  when(command: SpaceCommand): Told {
    return new Told(this.state, command);
  }

  /** The state by definition, with no clock and no event. */
  stateAt(instant: Instant) {
    const { state, available } = computeState(inputsOf(this.live), instant);
    return { state, available };
  }
}

/** A part of an event: its type, and the fields of its data that matter. */
export type Expected = readonly [SpaceEvent['type'], Readonly<Record<string, unknown>>?];

class Told {
  readonly #before: SpaceState;
  readonly #command: SpaceCommand;
  readonly #decision;

  constructor(before: SpaceState, command: SpaceCommand) {
    this.#before = before;
    this.#command = command;
    this.#decision = spaceDecider.decide(command, before);
  }

  get decided(): readonly Decided<SpaceEvent>[] {
    if (!this.#decision.ok) throw new Error(`refused: ${canonicalJson(this.#decision.rejection)}`);
    return this.#decision.events;
  }

  /** Every event can be written, and the same command again gives nothing. */
  get accepted(): SpaceStory {
    let state = this.#before;
    for (const { event } of this.decided) {
      expect(writeProblem(event.type, event.data)).toBeNull();
      state = spaceDecider.evolve(state, event);
    }
    expect(spaceDecider.decide(this.#command, state)).toEqual({ ok: true, events: [] });
    return new SpaceStory(state);
  }

  /** Exactly these events, in this order. */
  gives(...expected: readonly Expected[]): SpaceStory {
    const { decided, accepted } = this;
    expect(decided.map((item) => item.event.type)).toEqual(expected.map(([type]) => type));
    expected.forEach(([, data = {}], place) => {
      expect(decided[place]?.event.data).toMatchObject(data);
    });
    return accepted;
  }

  refuses(code: RejectionCode, facts?: Readonly<Record<string, unknown>>): void {
    expect(this.#decision).toMatchObject({ ok: false, rejection: { code } });
    if (facts !== undefined && !this.#decision.ok) expect(this.#decision.rejection.facts).toEqual(facts);
  }
}

/** A registered space, with a policy of its own where the defaults do not tell the story. */
export function givenSpace(values: Partial<PolicyValues> = {}): SpaceStory {
  return new SpaceStory().after(registration(values));
}
