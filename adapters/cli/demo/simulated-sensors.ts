import { type Resources } from '../system/connect.ts';
import { PostgresSensorTables } from '../../sensor-tables/postgres-sensor-tables.ts';
import { now } from '../act.ts';
import { chirpstackUplink } from '../simulated-uplink.ts';
import { counterOf, type FrameCounter } from '../frame-counter.ts';
import { type PlannedSpace } from './city.ts';
import { type DemoApi } from './demo-api.ts';

interface Sensor {
  counter: FrameCounter;
  occupied: boolean | null;
  since: number;
}

/** The sensors of the city: each with its counter, which goes on where its last frame stood. */
export class SimulatedSensors {
  readonly #api: DemoApi;
  readonly #tables: PostgresSensorTables;
  readonly #tenantId: string;
  readonly #sensors: Map<string, Sensor>;

  private constructor(
    api: DemoApi,
    tables: PostgresSensorTables,
    tenantId: string,
    sensors: Map<string, Sensor>,
  ) {
    this.#api = api;
    this.#tables = tables;
    this.#tenantId = tenantId;
    this.#sensors = sensors;
  }

  static async load(
    { pool }: Resources,
    api: DemoApi,
    tenantId: string,
    spaces: readonly PlannedSpace[],
  ): Promise<SimulatedSensors> {
    const keys = spaces.map(({ sensor }) => ({ tenantId, devEui: sensor.devEui }));
    const tables = new PostgresSensorTables(pool);
    const rows = await tables.devices(keys);
    const known = new Map(rows.map((row) => [row.devEui, row]));
    const sensors = keys.map(({ devEui }): [string, Sensor] => [
      devEui,
      { counter: counterOf(devEui, known.get(devEui)), occupied: null, since: Date.now() },
    ]);
    return new SimulatedSensors(api, tables, tenantId, new Map(sensors));
  }

  /** A change is a status, anything else a heartbeat, as the devices do. */
  async say({ code, sensor: { devEui, type } }: PlannedSpace, occupied: boolean): Promise<void> {
    const sensor = this.#sensors.get(devEui);
    if (sensor === undefined) return;
    const changed = sensor.occupied !== occupied;
    const minutes = Math.floor((Date.now() - sensor.since) / 60_000);
    const { devAddr, fCnt: last } = await this.#newest(devEui, sensor.counter);
    const fCnt = last + 1;
    sensor.counter = { devAddr, fCnt };
    if (changed) Object.assign(sensor, { occupied, since: Date.now() });
    const body = chirpstackUplink({
      device: { devEui, name: code, type },
      devAddr,
      fCnt,
      reading: {
        kind: changed ? 'status' : 'heartbeat',
        occupied,
        batteryMv: 3_450,
        temperatureDeciC: 165,
        previousDurationMin: minutes,
      },
      at: now(),
    });
    const { status } = await this.#api.post('ingest', '/uplink?event=up', body);
    if (status >= 300) throw new Error(`the intake answered ${status}`);
  }

  /** Somebody else may have sent frames of this sensor meanwhile (`simulate`): two of one counter would be a riddle. */
  async #newest(devEui: string, own: FrameCounter): Promise<FrameCounter> {
    const [row] = await this.#tables.devices([{ tenantId: this.#tenantId, devEui }]);
    const heard = counterOf(devEui, row);
    return heard.devAddr === own.devAddr && heard.fCnt < own.fCnt ? own : heard;
  }
}
