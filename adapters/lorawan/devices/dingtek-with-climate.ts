/** The telemetry of DO201 and DO202, which is the same: what DO200 has, then temperature, humidity and a frame counter. */
import { decoded, type Decoded } from '../decoder.ts';
import { clamp, type PayloadCounter, type SimulatedReading, type UplinkFrame } from '../device-type.ts';
import { layout } from '../layout.ts';
import { alarmsOf, frameOf, onPort, parametersOf } from './dingtek.ts';

const LENGTH = 23;
const TEMPERATURE = 17;
const COUNTER = 19;
/** What industrial electronics are made for. The published frame says -117 degrees, which its sensor cannot have measured. */
const COLDEST_C = -40;
const HOTTEST_C = 85;

export const climateCounter: PayloadCounter = { field: 'sequence', counts: 'frames', modulus: 0x1_00_00 };

export const climateParameters = layout([16], parametersOf);

/** `withLevel`: the two bytes are always there, but DO202 has no ultrasonic sensor, so they mean nothing there. */
export function climateTelemetry({ withLevel }: { readonly withLevel: boolean }) {
  return {
    lengths: [LENGTH],
    read(view: DataView): Decoded {
      const alarms = alarmsOf(view);
      if ('ok' in alarms) return alarms;
      const temperatureC = view.getInt8(TEMPERATURE);
      return decoded({
        ...alarms,
        ...(withLevel ? { distanceMm: view.getUint16(5) } : {}),
        ...(temperatureC < COLDEST_C || temperatureC > HOTTEST_C ? {} : { temperatureC }),
        sequence: view.getUint16(COUNTER),
      });
    },
  };
}

export function climateUplink(deviceType: number) {
  return (reading: SimulatedReading): UplinkFrame => {
    const bytes = frameOf(deviceType, LENGTH, reading);
    const sequence = reading.sequence ?? 0;
    bytes[TEMPERATURE] = clamp((reading.temperatureDeciC ?? 200) / 10, COLDEST_C, HOTTEST_C);
    bytes.set([(sequence >> 8) & 0xff, sequence & 0xff], COUNTER);
    return onPort(bytes);
  };
}
