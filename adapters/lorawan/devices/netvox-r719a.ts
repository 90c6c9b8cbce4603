import { decoded, type Decoded, refused } from '../decoder.ts';
import { clamp, HOUR_S, type DeviceType, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { decoderByPort, layout, type MessageLayout, opaque, readMessage } from '../layout.ts';

const REPORTS = 6;
const PROTOCOL_VERSION = 1;
const DEVICE_TYPE = 0x59;
const STATUS_REPORT = 1;
const BATTERY_LOW = 0x80;
/** Every message of the vendor's is filled up to this. */
const LENGTHS = [11] as const;

/** The hardware version and the date code (BCD) are left out: nobody here asks for them. */
const versionReport = layout(LENGTHS, (view) => ({
  kind: 'startup',
  firmware: String(view.getUint8(3) / 10),
}));

/**
 * Bit 7 of the battery says "low" on every device of the vendor, though the description of this one does not repeat it:
 * without the mask a low battery of 3.1 V would be one of 15.9 V.
 */
const statusReport: MessageLayout = {
  lengths: LENGTHS,
  read(view) {
    const car = view.getUint8(4);
    if (car > 1) return refused('reserved-value', `byte 4 is ${car}, expected 0 or 1`);
    const battery = view.getUint8(3);
    return decoded({
      kind: 'status',
      occupied: car === 1,
      batteryV: (battery & 0x7f) / 10,
      batteryLow: (battery & BATTERY_LOW) !== 0,
    });
  },
};

function report(view: DataView): Decoded {
  const [version, device, type] = [view.getUint8(0), view.getUint8(1), view.getUint8(2)];
  if (version !== PROTOCOL_VERSION) return refused('unsupported-version', `protocol version ${version}`);
  if (device !== DEVICE_TYPE) return ofAnother(device);
  if (type > STATUS_REPORT) return refused('unknown-message-type', `no report type ${type}`);
  return readMessage(type === STATUS_REPORT ? statusReport : versionReport, view);
}

/** Settings set are answered by a status, settings read by the settings; the same for reporting times and thresholds. */
const answers: ReadonlyMap<number, MessageLayout> = new Map([
  [0x81, opaque('ack', LENGTHS)],
  [0x82, opaque('config', LENGTHS)],
  [0x83, opaque('ack', LENGTHS)],
  [0x84, opaque('config', LENGTHS)],
]);

function answer(view: DataView): Decoded {
  const command = view.getUint8(0);
  if (view.getUint8(1) !== DEVICE_TYPE) return ofAnother(view.getUint8(1));
  const found = answers.get(command);
  return found === undefined
    ? refused('unknown-message-type', `no answer 0x${command.toString(16)}`)
    : readMessage(found, view);
}

/** The vendor's devices share their ports and lengths: only this byte tells a parking sensor from a thermometer. */
function ofAnother(device: number): Decoded {
  return refused('unknown-message-type', `of device type 0x${device.toString(16)}, expected 0x59`);
}

function encodeUplink({ occupied, batteryMv = 3600 }: SimulatedReading): UplinkFrame {
  const battery = clamp(batteryMv / 100, 0, 0x7f);
  const bytes = Uint8Array.of(PROTOCOL_VERSION, DEVICE_TYPE, STATUS_REPORT, battery, occupied ? 1 : 0);
  return { fPort: REPORTS, bytes: Uint8Array.from({ length: 11 }, (_, at) => bytes[at] ?? 0) };
}

/**
 * There is no heartbeat of its own: the status report comes at a change and at least every "max time", which may be set
 * to anything up to 18 hours. Three hours allow for the vendor's usual hour; set a longer one, and the bay goes unknown.
 */
export const netvoxR719a: DeviceType = {
  id: 'netvox-r719a',
  vendor: 'Netvox',
  model: 'R719A wireless parking sensor',
  kind: 'bay-sensor',
  firmware: '1.0',
  aliases: ['Netvox R719A', 'R719A'],
  heartbeatS: 3 * HOUR_S,
  decoderVersion: '1',
  decode: decoderByPort(
    new Map([
      [REPORTS, { lengths: LENGTHS, read: report }],
      [7, { lengths: LENGTHS, read: answer }],
    ]),
  ),
  encodeUplink,
};
