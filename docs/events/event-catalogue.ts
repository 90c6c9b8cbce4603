import { type z } from 'zod';
import { type EventCategory, eventSchemas } from '../../domain/catalogue/event-schemas.ts';
import { type EventType, eventTypes } from '../../domain/catalogue/event-types.ts';
import { fieldRows, plainKinds, sharedShapes } from './field-rows.ts';

const headings: Readonly<Record<EventCategory, string>> = {
  tenant: 'a customer, its keys, its policies; kept for ever',
  site: 'a site with its zones and codes; kept for ever',
  space: 'everything that touches the state or the schedule of one space; kept for ever',
  device: 'a sensor or display, and which space it watched when; kept for ever',
  frames: 'messages of radio networks as received; kept for a while',
  subject: 'the keys of one person’s data; kept for ever',
  store: 'the store itself; kept for ever',
  archive: 'frames that were archived, a stream for each month of frames; kept for ever',
};

/** The catalogue as a page: from the same registry that reads and writes events, so that it cannot be wrong. */
export function eventCatalogue(): string {
  const categories = Object.keys(eventSchemas) as EventCategory[];
  return [
    '# Event catalogue',
    '',
    'Generated from the event schemas by `npm run docs`; a test fails when it is out of step. How events are written,',
    'read and changed over the years: [the page about events](README.md).',
    '',
    'A field with `?` may be absent. Metadata is the same for all events, see',
    '[record 7](../decisions/0007-event-format.md).',
    '',
    ...contents(categories),
    ...categories.flatMap(category),
    '## Kinds of fields',
    '',
    '| kind | meaning |',
    '|---|---|',
    ...[...plainKinds.values()].map(([name, meaning]) => `| ${name} | ${meaning} |`),
    '',
    '## Shared shapes',
    '',
    ...[...sharedShapes].flatMap(([schema, name]) => [`### ${name}`, '', ...fieldTable(schema)]),
  ].join('\n');
}

function contents(categories: readonly EventCategory[]): string[] {
  const lines = categories.map((name) => {
    const links = typesOf(name).map(({ type }) => `[${type}](#${type.toLowerCase()})`);
    return `- **${name}**: ${links.join(' · ')}`;
  });
  return [...lines, ''];
}

function category(name: EventCategory): string[] {
  return [
    `## ${name}`,
    '',
    `Streams of category \`${name}\`: ${headings[name]}.`,
    '',
    ...typesOf(name).flatMap(one),
  ];
}

function one(entry: EventType): string[] {
  const samples = Array.from({ length: entry.schemaVersion }, (_, n) => {
    const file = `${entry.type}.v${n + 1}.json`;
    return `[version ${n + 1}](../../test/golden/events/${file})`;
  });
  return [
    `### ${entry.type}`,
    '',
    entry.doc,
    '',
    `Written today: version ${entry.schemaVersion}. Samples: ${samples.join(', ')}.`,
    '',
    ...fieldTable(entry.schema),
  ];
}

function fieldTable(schema: z.core.$ZodType): string[] {
  const rows = fieldRows(schema);
  if (rows.length === 0) return ['No fields.', ''];
  const lines = rows.map(({ field, kind, optional }) => `| \`${field}\`${optional ? ' ?' : ''} | ${kind} |`);
  return ['| field | kind |', '|---|---|', ...lines, ''];
}

function typesOf(name: EventCategory): readonly EventType[] {
  return eventTypes.filter((entry) => entry.category === name);
}
