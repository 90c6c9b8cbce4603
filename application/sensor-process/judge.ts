import {
  assignmentAt,
  type DeviceAssignment,
  type DeviceState,
  type RegisteredDevice,
} from '../../domain/device/state.ts';
import { type Instant } from '../../domain/time/instant.ts';
import { type FrameDecoder, type FrameDecoding, type SensorReading } from '../ports/frame-decoder.ts';
import { type ReadingOutcome } from '../ports/sensor-tables.ts';

export interface Decoded {
  readonly reading: SensorReading;
  readonly decoder: string;
  readonly decoderVersion: string;
}

/** What the uplink of a device says about the bay, before anybody is told. */
export type Judged =
  | {
      /** It may be told to the space of this assignment. */
      readonly kind: 'observation';
      readonly assignment: DeviceAssignment;
      readonly value: 'OCCUPIED' | 'VACANT';
      readonly decoded: Decoded;
    }
  | {
      readonly kind: 'nothing';
      readonly outcome: ReadingOutcome;
      readonly detail: string | null;
      readonly decoded: Decoded | null;
    };

export interface Uplink {
  readonly network: string;
  readonly fPort: number | null;
  readonly payload: string;
  readonly at: Instant;
  /** Null where it was asked before: an encrypted payload stays encrypted. */
  readonly envelope: string | null;
}

/** Ports from 224 on are the network's own. */
const FIRST_RESERVED_PORT = 224;

/** Pure. `at` decides: a reading belongs to the space that the device watched when it was sent (rule D2). */
export function judge(decoder: FrameDecoder, device: DeviceState, uplink: Uplink): Judged {
  const { fPort, at } = uplink;
  // Before all else: an orphan's payload may be read later, when the message around it is no longer at hand.
  if (uplink.envelope !== null && decoder.isEncrypted(uplink.network, uplink.envelope)) {
    return nothing('encrypted', null);
  }
  if (device.status === 'unregistered') return nothing('orphan', null);
  if (
    device.status === 'decommissioned' &&
    (device.decommissionedAt === null || at >= device.decommissionedAt)
  ) {
    return nothing('orphan', 'decommissioned');
  }
  if (fPort === null || fPort === 0 || fPort >= FIRST_RESERVED_PORT) return nothing('no-payload', null);
  const decoding = safeDecode(decoder, device, uplink);
  if (!decoding.ok) return nothing('undecodable', decoding.code);
  const { reading, decoder: name, decoderVersion } = decoding;
  const decoded: Decoded = { reading, decoder: name, decoderVersion };
  if (reading.occupancy === null) return nothing('informed', null, decoded);
  const assignment = assignmentAt(device, at);
  if (assignment === null) return nothing('unattributed', null, decoded);
  if (assignment.role !== 'sensor') return nothing('informed', null, decoded);
  return { kind: 'observation', assignment, value: reading.occupancy, decoded };
}

/** Decoders are total and tested to be; one that is not must cost one reading, not the process. */
function safeDecode(decoder: FrameDecoder, device: RegisteredDevice, uplink: Uplink): FrameDecoding {
  try {
    return decoder.decode(device.deviceType, uplink.fPort, uplink.payload, device.registered.dev_eui);
  } catch (error) {
    return { ok: false, code: 'decoder-failed', detail: String(error) };
  }
}

function nothing(outcome: ReadingOutcome, detail: string | null, decoded: Decoded | null = null): Judged {
  return { kind: 'nothing', outcome, detail, decoded };
}
