import { inSeconds, type Place } from './client.ts';

/** Things of one tenant that routes can be asked about. */
export interface Things {
  readonly place: Place;
  readonly spaceId: string;
  readonly reservationId: string;
  readonly overrideId: string;
  readonly devEui: string;
  readonly stream: string;
  readonly sessionId: string;
  readonly orphanEui: string;
}

export interface RouteCase {
  /** As the OpenAPI document names it. */
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  /** A body that would be accepted. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** A query that would be accepted. */
  readonly query?: Readonly<Record<string, string>>;
}

/** Every route under `/api/v1` but health and the intake, as a request that is well-formed. */
export function everyRoute(things: Things): readonly RouteCase[] {
  const { devEui, orphanEui, overrideId, place, reservationId, sessionId, spaceId, stream } = things;
  const { siteId, zoneId } = place;
  const space = `/spaces/${spaceId}`;
  const close = { reason: { code: 'test' } };
  const window = { from: inSeconds(0), to: inSeconds(3600) };
  const times = { start_time: inSeconds(86_400), end_time: inSeconds(90_000) };
  return [
    { operationId: 'readMe', method: 'GET', path: '/me', query: {} },
    {
      operationId: 'registerSite',
      method: 'POST',
      path: '/sites',
      body: { name: 'S', time_zone: 'Europe/Paris' },
    },
    { operationId: 'listSites', method: 'GET', path: '/sites', query: { limit: '5' } },
    { operationId: 'readSite', method: 'GET', path: `/sites/${siteId}`, query: {} },
    { operationId: 'changeSite', method: 'PATCH', path: `/sites/${siteId}`, body: { name: 'S2' } },
    { operationId: 'closeSite', method: 'POST', path: `/sites/${siteId}/close`, body: close },
    {
      operationId: 'addZone',
      method: 'POST',
      path: '/zones',
      body: { site_id: siteId, code: 'N', name: 'N' },
    },
    { operationId: 'listZones', method: 'GET', path: '/zones', query: { site_id: siteId } },
    { operationId: 'readZone', method: 'GET', path: `/zones/${zoneId}`, query: {} },
    { operationId: 'changeZone', method: 'PATCH', path: `/zones/${zoneId}`, body: { name: 'Z2' } },
    { operationId: 'closeZone', method: 'POST', path: `/zones/${zoneId}/close`, body: close },
    {
      operationId: 'readZoneAvailability',
      method: 'GET',
      path: `/zones/${zoneId}/availability`,
      query: window,
    },
    { operationId: 'listSpaces', method: 'GET', path: '/spaces', query: { zone_id: zoneId, state: 'FREE' } },
    {
      operationId: 'registerSpace',
      method: 'POST',
      path: '/spaces',
      body: { site_id: siteId, zone_id: zoneId, code: 'N-1', name: 'N 1' },
    },
    { operationId: 'readSpace', method: 'GET', path: space, query: {} },
    { operationId: 'changeSpace', method: 'PATCH', path: space, body: { zone_id: zoneId } },
    { operationId: 'decommissionSpace', method: 'POST', path: `${space}/decommission`, body: close },
    { operationId: 'readSpaceAvailability', method: 'GET', path: `${space}/availability`, query: window },
    { operationId: 'readOccupancy', method: 'GET', path: '/occupancy', query: { group_by: 'zone' } },
    {
      operationId: 'registerDevice',
      method: 'POST',
      path: '/devices',
      body: { dev_eui: '00000000000000ee', device_type: 'nwave-nps405', kind: 'sensor' },
    },
    { operationId: 'listDevices', method: 'GET', path: '/devices', query: { kind: 'sensor' } },
    { operationId: 'readDevice', method: 'GET', path: `/devices/${devEui}`, query: {} },
    { operationId: 'assignSensor', method: 'PUT', path: `${space}/sensor`, body: { dev_eui: devEui } },
    { operationId: 'unassignSensor', method: 'DELETE', path: `${space}/sensor`, body: close },
    { operationId: 'assignDisplay', method: 'PUT', path: `${space}/display`, body: { dev_eui: devEui } },
    { operationId: 'unassignDisplay', method: 'DELETE', path: `${space}/display`, body: close },
    { operationId: 'listAssignments', method: 'GET', path: `${space}/assignments`, query: {} },
    {
      operationId: 'observeSpace',
      method: 'POST',
      path: `${space}/observations`,
      body: { occupancy: 'VACANT', reason: 'empty' },
    },
    { operationId: 'listOverrides', method: 'GET', path: '/overrides', query: { space_id: spaceId } },
    { operationId: 'listOverridesOfSpace', method: 'GET', path: `${space}/overrides`, query: {} },
    {
      operationId: 'applyOverride',
      method: 'POST',
      path: `${space}/overrides`,
      body: { kind: 'BLOCKED', reason: 'test' },
    },
    { operationId: 'readOverride', method: 'GET', path: `/overrides/${overrideId}`, query: {} },
    { operationId: 'liftOverride', method: 'POST', path: `/overrides/${overrideId}/lift`, body: close },
    { operationId: 'listReservations', method: 'GET', path: '/reservations', query: window },
    {
      operationId: 'bookSpace',
      method: 'POST',
      path: '/reservations',
      body: { space_id: spaceId, ...times, holder_ref: 'x', holder: { name: 'X' } },
    },
    { operationId: 'readReservation', method: 'GET', path: `/reservations/${reservationId}`, query: {} },
    {
      operationId: 'cancelReservation',
      method: 'POST',
      path: `/reservations/${reservationId}/cancel`,
      body: close,
    },
    {
      operationId: 'readUtilization',
      method: 'GET',
      path: '/utilization',
      query: { scope: 'space', id: spaceId, grain: 'hour', ...window },
    },
    { operationId: 'listSessions', method: 'GET', path: '/sessions', query: { space_id: spaceId } },
    { operationId: 'readSession', method: 'GET', path: `/sessions/${sessionId}`, query: {} },
    {
      operationId: 'listSessionCorrections',
      method: 'GET',
      path: `/sessions/${sessionId}/corrections`,
      query: {},
    },
    { operationId: 'listIncidents', method: 'GET', path: '/incidents', query: { space_id: spaceId } },
    { operationId: 'readDeviceHealth', method: 'GET', path: `/devices/${devEui}/health`, query: {} },
    {
      operationId: 'listDeviceFrames',
      method: 'GET',
      path: `/devices/${devEui}/frames`,
      query: { limit: '5' },
    },
    { operationId: 'listOrphans', method: 'GET', path: '/orphans', query: { limit: '5' } },
    { operationId: 'readIngestLog', method: 'GET', path: '/ingest/log', query: { limit: '5' } },
    {
      operationId: 'assignOrphan',
      method: 'POST',
      path: `/orphans/${orphanEui}/assign`,
      body: { device_type: 'nwave-nps405', space_id: spaceId },
    },
    { operationId: 'listStateChanges', method: 'GET', path: '/state-changes', query: { space_id: spaceId } },
    { operationId: 'readSpaceAsOf', method: 'GET', path: `/audit${space}/state`, query: {} },
    { operationId: 'listEvents', method: 'GET', path: `/audit/streams/${stream}`, query: {} },
  ];
}

export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}
