/** The first word of the vendor's frames: 14 bits of battery in millivolts; the two bits above are used by some models. */
export function batteryOf(view: DataView): number {
  return (view.getUint16(0) & 0x3fff) / 1000;
}
