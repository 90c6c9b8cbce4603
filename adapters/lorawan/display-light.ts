import { type CanonicalMessage } from './decoder.ts';

/** What a display is to show. `offMs` 0 = steady; black (all 0) = dark. */
export interface Light {
  /** 0 to 255 each. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly onMs: number;
  readonly offMs: number;
}

export interface Downlink {
  readonly fPort: number;
  readonly bytes: Uint8Array;
}

export interface ShowOptions {
  /** Asks the device to say at once what it shows, instead of at its next regular message. Costs one uplink. */
  readonly answer?: boolean;
}

/** All that a display process needs to know of a display. */
export interface DisplayLight {
  /** Total: what does not fit the layout becomes the nearest value that does, and nothing wraps round. */
  show(light: Light, options?: ShowOptions): Downlink;
  /** The light that the device says it shows; null for a message that does not say. */
  shown(message: CanonicalMessage): Light | null;
}

export function steady(red: number, green: number, blue: number): Light {
  return { red, green, blue, onMs: 2_550, offMs: 0 };
}

/** Equal on the glass: how long a steady light is on cannot be seen. */
export function looksSame(a: Light, b: Light): boolean {
  const sameColour = a.red === b.red && a.green === b.green && a.blue === b.blue;
  const bothSteady = a.offMs === 0 && b.offMs === 0;
  return sameColour && (bothSteady || (a.onMs === b.onMs && a.offMs === b.offMs));
}
