import { type DeviceType } from './device-type.ts';
import { boschTps110v023 } from './devices/bosch-tps110-0.23.ts';
import { boschTps110v029 } from './devices/bosch-tps110-0.29.ts';
import { boschTps110v039 } from './devices/bosch-tps110-0.39.ts';
import { browanTbms100 } from './devices/browan-tbms100.ts';
import { dingtekDo200 } from './devices/dingtek-do200.ts';
import { dingtekDo201 } from './devices/dingtek-do201.ts';
import { dingtekDo202 } from './devices/dingtek-do202.ts';
import { draginoLdds75 } from './devices/dragino-ldds75.ts';
import { draginoLds02 } from './devices/dragino-lds02.ts';
import { libeliumSmartParking } from './devices/libelium-smart-parking.ts';
import { milesightUdl } from './devices/milesight-udl.ts';
import { netvoxR719a } from './devices/netvox-r719a.ts';
import { nwaveNcc405 } from './devices/nwave-ncc405.ts';
import { nwaveNps310sm } from './devices/nwave-nps310sm.ts';
import { nwaveNps405 } from './devices/nwave-nps405.ts';
import { plenomKuandoBusylight } from './devices/plenom-kuando-busylight.ts';
import { pniPlacepod } from './devices/pni-placepod.ts';
import { radiobridgeRbs301Dws } from './devices/radiobridge-rbs301-dws.ts';
import { tekzitelTekzipark } from './devices/tekzitel-tekzipark.ts';

/** Every device that can be registered. One more device is one more file and one more line here. */
export const deviceTypes: readonly DeviceType[] = [
  boschTps110v023,
  boschTps110v029,
  boschTps110v039,
  browanTbms100,
  dingtekDo200,
  dingtekDo201,
  dingtekDo202,
  draginoLdds75,
  draginoLds02,
  libeliumSmartParking,
  milesightUdl,
  netvoxR719a,
  nwaveNcc405,
  nwaveNps310sm,
  nwaveNps405,
  plenomKuandoBusylight,
  pniPlacepod,
  radiobridgeRbs301Dws,
  tekzitelTekzipark,
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
