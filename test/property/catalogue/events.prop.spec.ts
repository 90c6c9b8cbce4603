import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../domain/canonical/json.ts';
import { eventTypes } from '../../../domain/catalogue/event-types.ts';
import { readEvent } from '../../../domain/catalogue/read-event.ts';
import { writeProblem } from '../../../domain/catalogue/write-problem.ts';
import { arbitraryOf } from './arbitrary-of.ts';

describe('every event that fits its schema', () => {
  it.each(eventTypes.map(({ type, schema }) => [type, schema] as const))(
    '%s comes back from its canonical text as it was',
    (type, schema) => {
      fc.assert(
        fc.property(arbitraryOf(schema), (data) => {
          expect(writeProblem(type, data)).toBeNull();
          const text = canonicalJson(data);
          const stored: unknown = JSON.parse(text);
          expect(readEvent(type, stored, 1)).toEqual({ ok: true, event: { type, data } });
          expect(canonicalJson(stored)).toBe(text);
        }),
        { numRuns: 30 },
      );
    },
  );
});

describe('reading', () => {
  it('never throws, whatever a store returns', () => {
    const type = fc.oneof(fc.string(), fc.constantFrom(...eventTypes.map((entry) => entry.type)));
    const version = fc.oneof(fc.constantFrom(0, 1, 2), fc.double());
    fc.assert(
      fc.property(type, fc.anything(), version, (name, data, schemaVersion) => {
        expect(typeof readEvent(name, data, schemaVersion).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});
