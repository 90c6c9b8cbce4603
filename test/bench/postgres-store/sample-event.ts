import { randomUUID } from 'node:crypto';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';

/** An event as the product writes them: data and metadata have 500 bytes together. */
export function sampleEvent(n: number): NewEvent {
  const command = randomUUID();
  return {
    id: randomUUID(),
    type: 'OccupancyChanged',
    data: {
      frame_id: randomUUID(),
      occupied: n % 2 === 0,
      since: '2026-05-01T12:00:00.000Z',
      source: 'sensor',
      last_heard_at: '2026-05-01T12:00:00.000Z',
      n,
    },
    metadata: {
      $correlationId: command,
      actor: { id: 'sensor-process', type: 'system' },
      command_id: command,
      decided_at: '2026-05-01T12:00:01.250Z',
      occurred_at: '2026-05-01T12:00:00.000Z',
      schema_version: 1,
      software_version: '0.1.0',
      tenant_id: '5c0ee5cc-0c6f-4f27-9d6f-3e6e4b8f6a01',
    },
  };
}
