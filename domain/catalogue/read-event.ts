import { type z } from 'zod';
import { type AnyEvent } from '../event/event.ts';
import { type DomainEvent } from './event-schemas.ts';
import { eventTypeOf } from './event-types.ts';
import { currentVersion, type Upcasters, upcasters } from './upcasters.ts';

export type ReadProblem = 'unknown-type' | 'newer-version' | 'invalid';
export type Reading<E extends AnyEvent> =
  | { readonly ok: true; readonly event: E }
  | { readonly ok: false; readonly problem: ReadProblem; readonly detail: string };

export interface EventReader<E extends AnyEvent> {
  /**
   * Lifts recorded data to today's version, without looking at its shape. For measured needs only, and only for what our
   * own writers appended: the command handler validates every event before that.
   */
  readonly upcast: (type: string, schemaVersion: number, data: unknown) => Reading<E>;
  /**
   * As upcast, and then validates. The default everywhere, projections too: history may be a copy, a restore, or written
   * by another version, and it costs 1.2 µs an event (2 cores, Node 20), 4 % of what one event may take at 30,000/s.
   */
  readonly readEvent: (type: string, data: unknown, schemaVersion: number) => Reading<E>;
}

/** A reader over any set of types: the catalogue's own below, made-up ones in tests. */
export function createEventReader<E extends AnyEvent>(
  schemaOf: (type: string) => z.ZodType | undefined,
  lifts: Upcasters,
): EventReader<E> {
  const upcast = (type: string, schemaVersion: number, data: unknown): Reading<E> => {
    if (schemaOf(type) === undefined) return problem('unknown-type', type);
    const current = currentVersion(type, lifts);
    // The common case first: projections come through here for every event.
    if (schemaVersion === current) return { ok: true, event: { type, data } as E };
    if (!Number.isSafeInteger(schemaVersion) || schemaVersion < 1) {
      return problem('invalid', `${type}: ${schemaVersion} is no schema version`);
    }
    if (schemaVersion > current) {
      return problem('newer-version', `${type}: version ${schemaVersion}, this program knows ${current}`);
    }
    return lift(type, data, (lifts[type] ?? []).slice(schemaVersion - 1));
  };

  const readEvent = (type: string, data: unknown, schemaVersion: number): Reading<E> => {
    const reading = upcast(type, schemaVersion, data);
    if (!reading.ok) return reading;
    const parsed = schemaOf(type)?.safeParse(reading.event.data);
    // The data as it was recorded, not as the schema would tidy it up: a reader never changes history.
    return parsed?.success === true ? reading : problem('invalid', `${type}: ${parsed?.error.message ?? ''}`);
  };

  return { upcast, readEvent };
}

function lift<E extends AnyEvent>(type: string, data: unknown, steps: Upcasters[string]): Reading<E> {
  try {
    return { ok: true, event: { type, data: steps.reduce((old, step) => step(old), data) } as E };
  } catch (error) {
    return problem('invalid', `${type}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function problem(what: ReadProblem, detail: string): { ok: false; problem: ReadProblem; detail: string } {
  return { ok: false, problem: what, detail };
}

const reader = createEventReader<DomainEvent>((type) => eventTypeOf(type)?.schema, upcasters);

export const upcast = reader.upcast;
export const readEvent = reader.readEvent;
