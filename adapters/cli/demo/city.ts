import { deviceTypeById, deviceTypes } from '../../lorawan/device-types.ts';
import { DAY_S, type DeviceType } from '../../lorawan/device-type.ts';
import { type Attributes, type Location } from '../../../domain/identity/names.ts';
import { storyOf } from './story-bays.ts';

/** How people park somewhere: it makes the difference between an office and an airport visible in the figures. */
export interface Habit {
  /** Minutes. */
  readonly stay: number;
  /** How full it is, hour by hour of the local day: the share of the bays that are taken. */
  readonly fullness: readonly number[];
}

export interface PlannedSensor {
  readonly devEui: string;
  readonly type: DeviceType;
}

export interface PlannedSpace {
  readonly code: string;
  readonly name: string;
  readonly zone: string;
  readonly attributes: Attributes;
  readonly location: Location;
  readonly sensor: PlannedSensor;
  /** A sensor that takes its place, where that is the bay's story. */
  readonly successor: PlannedSensor | null;
  /** EUI of a display, where there is one. */
  readonly display: string | null;
}

export interface PlannedZone {
  readonly code: string;
  readonly name: string;
  readonly habit: Habit;
}

export interface PlannedSite {
  readonly name: string;
  readonly timeZone: string;
  readonly location: Location;
  readonly zones: readonly PlannedZone[];
}

const STREET = [8, 6, 5, 5, 6, 12, 25, 45, 65, 72, 78, 82, 85, 82, 80, 80, 84, 86, 78, 66, 55, 42, 26, 14];
const OFFICE = [4, 3, 3, 3, 4, 8, 25, 60, 88, 94, 95, 94, 90, 92, 92, 88, 76, 50, 26, 14, 9, 7, 6, 5];
const SHOPS = [3, 2, 2, 2, 3, 5, 10, 18, 35, 52, 66, 76, 80, 78, 74, 76, 82, 86, 80, 60, 34, 16, 8, 4];
const AIRPORT = [
  58, 57, 58, 60, 64, 70, 76, 80, 82, 84, 84, 83, 82, 80, 80, 79, 78, 76, 74, 72, 70, 67, 63, 60,
];

const asShares = (percent: readonly number[]): readonly number[] => percent.map((one) => one / 100);

/** Two sites in different time zones: the same hour is another local hour in each. */
export const sites: readonly PlannedSite[] = [
  {
    name: 'Centre',
    timeZone: 'Europe/Paris',
    location: { lat_e7: 458_000_000, lon_e7: 48_300_000 },
    zones: [
      { code: 'A', name: 'Market street', habit: { stay: 40, fullness: asShares(STREET) } },
      { code: 'B', name: 'Office garage', habit: { stay: 240, fullness: asShares(OFFICE) } },
      { code: 'C', name: 'Shops', habit: { stay: 75, fullness: asShares(SHOPS) } },
    ],
  },
  {
    name: 'Airport',
    timeZone: 'Europe/Lisbon',
    location: { lat_e7: 387_700_000, lon_e7: -91_300_000 },
    zones: [{ code: 'D', name: 'Short stay', habit: { stay: 150, fullness: asShares(AIRPORT) } }],
  },
];

/** Shares of the spaces, zone by zone. */
const SHARES: readonly (readonly [zone: string, share: number])[] = [
  ['A', 0.3],
  ['B', 0.25],
  ['C', 0.25],
  ['D', 0.2],
];

/**
 * Its past is made of changes alone: a sensor that has to be heard more often than daily would have been silent in it.
 * (Story bays have the sensors that their stories need.)
 */
const simulated = deviceTypes.filter((type) => type.encodeUplink && type.heartbeatS >= DAY_S);

/** The spaces of the city, for any number of them; the codes of the first ones do not depend on it. */
export function planSpaces(count: number): readonly PlannedSpace[] {
  const spaces: PlannedSpace[] = [];
  let left = count;
  SHARES.forEach(([zone, share], index) => {
    const isLast = index === SHARES.length - 1;
    const here = isLast ? left : Math.round(count * share);
    left -= here;
    for (let number = 1; number <= here; number += 1) spaces.push(planSpace(zone, index, number));
  });
  return spaces;
}

function planSpace(zone: string, zoneIndex: number, number: number): PlannedSpace {
  const site = sites.find(({ zones }) => zones.some(({ code }) => code === zone)) ?? sites[0];
  const code = `${zone}-${String(number).padStart(2, '0')}`;
  const story = storyOf(code);
  const type = story === null ? simulated[(number + zoneIndex) % simulated.length] : typeOf(story.sensor);
  if (site === undefined || type === undefined) throw new Error('the demo city has no site or no sensors');
  return {
    code,
    name: `Bay ${code}`,
    zone,
    attributes: attributesOf(number),
    location: {
      lat_e7: site.location.lat_e7 + zoneIndex * 9_000 + Math.floor(number / 10) * 900,
      lon_e7: site.location.lon_e7 + zoneIndex * 7_000 + (number % 10) * 400,
    },
    sensor: { devEui: eui('70b3d5dec0', zoneIndex, number), type },
    successor:
      story?.successor === undefined
        ? null
        : { devEui: eui('70b3d5dec1', zoneIndex, number), type: typeOf(story.successor) },
    display: number % 8 === 1 ? eui('202020dec0', zoneIndex, number) : null,
  };
}

function typeOf(id: string): DeviceType {
  const type = deviceTypeById(id);
  if (type === null) throw new Error(`there are no devices of type ${id}`);
  return type;
}

function attributesOf(number: number): Attributes {
  if (number % 6 === 2) return { ev: 'true' };
  return number % 10 === 5 ? { accessible: 'true' } : {};
}

function eui(prefix: string, zoneIndex: number, number: number): string {
  return `${prefix}${zoneIndex.toString(16).padStart(2, '0')}${number.toString(16).padStart(4, '0')}`;
}
