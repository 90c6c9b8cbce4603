import { randomUUID } from 'node:crypto';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { streamName, type StreamName } from '../../../application/ports/event-store/stream-name.ts';
import { type DomainEvent } from '../../../domain/catalogue/event-schemas.ts';
import { defaultPolicy } from '../../../domain/policy/policy.ts';
import { addSeconds, type Instant } from '../../../domain/time/instant.ts';

const BEGIN = '2026-01-05T00:00:00.000Z' as Instant;
const TENANT = '10000000-0000-4000-8000-000000000001';
const SITE = '10000000-0000-4000-8000-000000000002';

export interface Bay {
  readonly id: string;
  readonly stream: StreamName;
}

export function bays(count: number): Bay[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `20000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
    return { id, stream: streamName('space', TENANT, id) };
  });
}

/** As our writers record them: about 500 bytes with metadata, two events an append. */
function recorded(event: DomainEvent, at: Instant): NewEvent {
  const commandId = randomUUID();
  return {
    id: randomUUID(),
    type: event.type,
    data: event.data,
    metadata: {
      tenant_id: TENANT,
      schema_version: 1,
      occurred_at: at,
      decided_at: at,
      actor: { type: 'system', id: 'sensor-process' },
      command_id: commandId,
      $correlationId: commandId,
      software_version: 'bench',
    },
  };
}

export async function registerBays(store: EventStore, all: readonly Bay[]): Promise<void> {
  const site = streamName('site', TENANT, SITE);
  await store.append(
    site,
    [recorded({ type: 'SiteRegistered', data: { name: 'Bench', time_zone: 'Europe/Paris' } }, BEGIN)],
    { expected: 'any' },
  );
  await inParallel(all, 128, async (bay, index) => {
    const data = {
      site_id: SITE,
      code: `B-${index}`,
      name: `Bay ${index}`,
      attributes: { size: 'l' },
      location: { lat_e7: 488_000_000 + index, lon_e7: 23_000_000 + index },
      commissioned_at: BEGIN,
      policy: defaultPolicy,
    };
    const events = [
      recorded({ type: 'SpaceRegistered', data }, BEGIN),
      changedState(null, 'FREE', BEGIN, undefined),
    ];
    await store.append(bay.stream, events, { expected: 'no_stream' });
  });
}

/** One arrival or departure and its announcement. */
export function uplink(bay: Bay, round: number): NewEvent[] {
  const at = addSeconds(BEGIN, 60 + round * 600);
  const isArrival = round % 2 === 0;
  const [value, previous] = isArrival ? (['OCCUPIED', 'VACANT'] as const) : (['VACANT', 'OCCUPIED'] as const);
  const frame = randomUUID();
  const data = {
    value,
    since: at,
    previous,
    ...(isArrival ? { session_id: frame } : {}),
    uncertainty_s: 0,
    bridged: false,
    source: 'sensor' as const,
    evidence: {
      frame_id: frame,
      dev_eui: bay.id.slice(-12).padStart(16, '0'),
      f_cnt: round,
      decoder: 'bosch-tps110',
      decoder_version: '0.39',
      time_source: 'network' as const,
    },
    last_heard_at: at,
  };
  const changed = recorded({ type: 'OccupancyChanged', data }, at);
  return [changed, changedState(isArrival ? 'FREE' : 'OCCUPIED', isArrival ? 'OCCUPIED' : 'FREE', at, frame)];
}

function changedState(
  from: 'FREE' | 'OCCUPIED' | null,
  to: 'FREE' | 'OCCUPIED',
  at: Instant,
  id: string | undefined,
): NewEvent {
  const data = {
    from,
    to,
    available: to === 'FREE',
    cause: { event: 'OccupancyChanged', ...(id === undefined ? {} : { id }) },
    tags: [],
    effective_at: at,
    rules_version: 1,
  };
  return recorded({ type: 'SpaceStateChanged', data }, at);
}

export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) await work(item, index);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
