import { randomUUID } from 'node:crypto';
import { streamName, type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { type SpaceEvent } from '../../../domain/space/events.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { happened } from './fixture.ts';

export interface SampleSpace {
  readonly tenantId: string;
  readonly siteId: string;
  readonly spaceId: string;
  readonly stream: StreamName;
}

export function sampleSpace(tenantId: string = randomUUID(), siteId: string = randomUUID()): SampleSpace {
  const spaceId = randomUUID();
  return { tenantId, siteId, spaceId, stream: streamName('space', tenantId, spaceId) };
}

export const at = (time: string): Instant => `2026-03-02T${time}:00.000Z` as Instant;

type DataOf<T extends SpaceEvent['type']> = Extract<SpaceEvent, { readonly type: T }>['data'];

export function registered(
  space: SampleSpace,
  code = 'A-01',
  change: Partial<DataOf<'SpaceRegistered'>> = {},
): NewEvent {
  const data = {
    site_id: space.siteId,
    code,
    name: `Bay ${code}`,
    attributes: {},
    commissioned_at: at('06:00'),
    policy: defaultPolicy,
    ...change,
  };
  return happened({ type: 'SpaceRegistered', data }, data.commissioned_at);
}

export function announced(to: DataOf<'SpaceStateChanged'>['to'], time: string): NewEvent {
  const data = {
    from: null,
    to,
    available: null,
    cause: { event: 'Sample' },
    tags: [],
    effective_at: at(time),
    rules_version: 1,
  };
  return happened({ type: 'SpaceStateChanged', data }, at(time));
}

export function occupancy(
  value: DataOf<'OccupancyChanged'>['value'],
  time: string,
  change: Partial<DataOf<'OccupancyChanged'>> = {},
): NewEvent {
  const data = {
    value,
    since: at(time),
    previous: 'UNKNOWN' as const,
    uncertainty_s: 0,
    bridged: false,
    source: 'sensor' as const,
    ...change,
  };
  return happened({ type: 'OccupancyChanged', data }, at(time));
}
