import {
  type DeviceKey,
  type OutcomeChange,
  type ParkedDevice,
  type ReadingRow,
} from '../ports/sensor-tables.ts';
import { type KnownDevice } from './device-fold.ts';

/** What one task wants in the tables. */
export interface Effects {
  readonly rows: readonly ReadingRow[];
  readonly outcomes: readonly OutcomeChange[];
  readonly device: KnownDevice | null;
  readonly parked: ParkedDevice | null;
  readonly unparked: DeviceKey | null;
  /** A space did not know of its sensor yet: to be offered again soon. */
  readonly offerAgain: boolean;
}

export const NO_EFFECTS: Effects = {
  rows: [],
  outcomes: [],
  device: null,
  parked: null,
  unparked: null,
  offerAgain: false,
};
