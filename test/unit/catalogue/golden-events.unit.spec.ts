import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from '../../../domain/canonical/json.ts';
import { eventTypes } from '../../../domain/catalogue/event-types.ts';
import { readEvent } from '../../../domain/catalogue/read-event.ts';
import { writeProblem } from '../../../domain/catalogue/write-problem.ts';
import { metadataSchema } from '../../../domain/event/metadata.ts';

const folder = new URL('../../golden/events/', import.meta.url);
const files = readdirSync(folder).sort();
const goldenSchema = z.strictObject({
  type: z.string(),
  schema_version: z.number().int(),
  data: z.unknown(),
  metadata: metadataSchema,
});

function read(file: string) {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return { text, golden: goldenSchema.parse(JSON.parse(text)) };
}

/** One sample of every version of every event that was ever written: whoever changes a shape changes history. */
describe('golden events', () => {
  it('exist for every version of every type, and for nothing else', () => {
    const expected = eventTypes.flatMap(({ type, schemaVersion }) =>
      Array.from({ length: schemaVersion }, (_, n) => `${type}.v${n + 1}.json`),
    );
    expect(files).toEqual(expected.sort());
  });

  it.each(files)('%s is canonical, readable, and named after what it holds', (file) => {
    const { text, golden } = read(file);
    expect(canonicalJson(JSON.parse(text))).toBe(text);
    expect(`${golden.type}.v${golden.schema_version}.json`).toBe(file);
    expect(golden.metadata.schema_version).toBe(golden.schema_version);
    const reading = readEvent(golden.type, golden.data, golden.schema_version);
    if (!reading.ok) throw new Error(`${reading.problem}: ${reading.detail}`);
    expect(writeProblem(golden.type, reading.event.data)).toBeNull();
  });

  it('have metadata of at most 400 bytes in the median', () => {
    const sizes = files.map((file) => Buffer.byteLength(canonicalJson(read(file).golden.metadata)));
    const median = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)];
    expect(median).toBeLessThanOrEqual(400);
  });
});
