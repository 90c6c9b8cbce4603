import { type DeviceType } from './device-type.ts';
import { boschTps110v023 } from './devices/bosch-tps110-0.23.ts';
import { boschTps110v029 } from './devices/bosch-tps110-0.29.ts';
import { boschTps110v039 } from './devices/bosch-tps110-0.39.ts';
import { nwaveNps405 } from './devices/nwave-nps405.ts';
import { radiobridgeRbs301Dws } from './devices/radiobridge-rbs301-dws.ts';

/** Every device that can be registered. One more device is one more file and one more line here. */
export const deviceTypes: readonly DeviceType[] = [
  boschTps110v023,
  boschTps110v029,
  boschTps110v039,
  nwaveNps405,
  radiobridgeRbs301Dws,
];

const byId = new Map(deviceTypes.map((type) => [type.id, type]));
const byAlias = new Map(
  deviceTypes.flatMap((type) => [type.id, ...type.aliases].map((name) => [aliasKey(name), type])),
);

export function deviceTypeById(id: string): DeviceType | null {
  return byId.get(id) ?? null;
}

/** Finds a type by the name of a device profile: an id or an alias, in any case. Null = unknown; never a guess. */
export function deviceTypeByAlias(name: string): DeviceType | null {
  return byAlias.get(aliasKey(name)) ?? null;
}

/** People type profile names by hand. */
function aliasKey(name: string): string {
  return name.trim().replace(/\s+/g, ' ').toLowerCase();
}
