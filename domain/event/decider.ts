import { type Rejection } from './rejection.ts';
import { type AnyEvent, type Decided } from './event.ts';

/** Nothing to record, something to record, or a refusal with its reason. */
export type Decision<E extends AnyEvent> =
  | { readonly ok: true; readonly events: readonly Decided<E>[] }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * An aggregate as three pure things. `decide` never throws for what a caller can ask; `evolve` never throws at all:
 * a recorded fact cannot be refused. The same command decided again on the resulting state gives no events.
 */
export interface Decider<C, E extends AnyEvent, S> {
  readonly initialState: S;
  decide(command: C, state: S): Decision<E>;
  evolve(state: S, event: E): S;
}

export function accept<E extends AnyEvent>(...events: readonly Decided<E>[]): Decision<E> {
  return { ok: true, events };
}

export function reject<E extends AnyEvent>(rejection: Rejection): Decision<E> {
  return { ok: false, rejection };
}
