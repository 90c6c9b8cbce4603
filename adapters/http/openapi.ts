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
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey' as const, in: 'header' as const, name: 'X-API-Key' },
        bearer: { type: 'http' as const, scheme: 'bearer' },
      },
    },
    security: [{ apiKey: [] }, { bearer: [] }],
  };
}
