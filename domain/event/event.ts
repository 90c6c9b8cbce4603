import { type z } from 'zod';
import { type Instant } from '../time/instant.ts';

/** Schemas of an aggregate's events, by the pinned type string. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

/** The union of `{type, data}` over a table of schemas. */
export type EventOf<S extends EventSchemas> = {
  [T in keyof S & string]: { readonly type: T; readonly data: z.infer<S[T]> };
}[keyof S & string];

export interface AnyEvent {
  readonly type: string;
  readonly data: unknown;
}

/**
 * What makes a boundary event the same event whoever writes it (clock, second clock, a passing command):
 * its id is UUIDv5(stream, kind, subject, due instant). [F]
 */
export interface BoundaryKey {
  readonly kind: string;
  readonly subject: string;
  readonly due: Instant;
}

/** An event that a decider wants recorded. `occurredAt` is valid time: when it happened in the world. */
export interface Decided<E extends AnyEvent> {
  readonly event: E;
  readonly occurredAt: Instant;
  /** Set for boundary events only; the others get their id from the command. */
  readonly boundary?: BoundaryKey;
}
