import { eventTypeOf } from '../../domain/catalogue/event-types.ts';
import { writeProblem } from '../../domain/catalogue/write-problem.ts';
import { type EventFormat } from './event-metadata.ts';

/** The event catalogue as the command handlers see it: what is written has today's version and fits its schema. */
export const catalogueFormat: EventFormat = {
  currentVersion: (type) => eventTypeOf(type)?.schemaVersion ?? 1,
  assertWritable(type, data) {
    const problem = writeProblem(type, data);
    if (problem !== null) throw new Error(problem);
  },
};
