import { problemSchema } from './problem-answers.ts';

const tags = [
  ['me', 'Who is asking'],
  ['sites', 'Car parks, with their time zone and opening hours'],
  ['zones', 'Parts of a site'],
  ['spaces', 'Bays, as they are now'],
  ['availability', 'When bays are free'],
  ['occupancy', 'How many bays are free'],
  ['devices', 'Sensors and displays, and which bay they watch'],
  ['overrides', 'What staff say, before bookings and sensors'],
  ['reservations', 'Bookings'],
  ['utilization', 'How well bays are used'],
  ['history', 'Stays, states as they were announced, and incidents'],
  ['audit', 'What was true when, and how we know'],
  ['ingest', 'Messages of the network server'],
  ['health', 'How the program is'],
] as const;

/** The head of the OpenAPI document; everything else in it comes from the routes' schemas. */
export function openApiInfo(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'bayledger',
      version,
      description:
        'Is a bay free now, and book it; what was true when; how well bays are used. Instants are RFC 3339 in UTC, intervals ' +
        'half-open. Every read says how old it is in `X-As-Of-Position`, `X-As-Of-Time` and `X-Lag-Ms`, and waits for a ' +
        'position with `min_position`. Errors are RFC 9457 problem documents with a stable `code`, explained at ' +
        '`/docs/errors/{code}`.',
    },
    servers: [{ url: '/' }],
    tags: tags.map(([name, description]) => ({ name, description })),
    components: {
      schemas: { Problem: problemSchema as object },
      securitySchemes: {
        apiKey: { type: 'apiKey' as const, in: 'header' as const, name: 'X-API-Key' },
        bearer: { type: 'http' as const, scheme: 'bearer' },
      },
    },
    security: [{ apiKey: [] }, { bearer: [] }],
  };
}
