import { z } from 'zod';
import { type DeviceRow } from '../../application/ports/sensor-tables.ts';
import { firstDevAddr } from './simulated-uplink.ts';

export interface FrameCounter {
  /** It names the session. */
  readonly devAddr: string;
  /** Of the last frame; -1: none yet. */
  readonly fCnt: number;
}

/** A session as the network server names it: by the device's address. */
const deviceFold = z.object({
  order: z.object({ session: z.object({ key: z.string().regex(/^[0-9a-f]{8}$/) }) }),
});

/** Where a device's counter stands, as far as its frames have told. */
export function counterOf(devEui: string, row: DeviceRow | undefined): FrameCounter {
  const fold = deviceFold.safeParse(row === undefined ? null : JSON.parse(row.fold)).data;
  return fold === undefined || row === undefined
    ? { devAddr: firstDevAddr(devEui), fCnt: -1 }
    : { devAddr: fold.order.session.key, fCnt: row.fCnt ?? -1 };
}
