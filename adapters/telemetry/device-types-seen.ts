import { streamName, type StreamName } from '../../application/ports/event-store/stream-name.ts';

const MAX_DEVICES = 200_000;

interface Seen {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Types of devices, picked up from their events as these pass by: rows of frames do not name them. */
export class DeviceTypesSeen {
  readonly #types = new Map<StreamName, string>();

  see(stream: StreamName, event: Seen): void {
    if (event.type !== 'DeviceRegistered' && event.type !== 'DeviceTypeChanged') return;
    const type = event.data['device_type'];
    if (typeof type !== 'string') return;
    if (this.#types.size >= MAX_DEVICES) this.#types.clear();
    this.#types.set(stream, type);
  }

  of(tenantId: string, devEui: string | null): string | null {
    return devEui === null ? null : (this.#types.get(streamName('device', tenantId, devEui)) ?? null);
  }
}
