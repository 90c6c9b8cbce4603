/**
 * A process that takes frames by MQTT and is killed after the first of them is durable, before it is acknowledged:
 * BROKER-URL DATABASE-URL.
 */
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { newIntake } from '../../unit/sensor-process/car-park.ts';
import { RunningIntake } from './running-intake.ts';

const [brokerUrl = '', databaseUrl = ''] = process.argv.slice(2);
const store = await openPostgresStore({ connectionString: databaseUrl });
const intake = newIntake(store);
new RunningIntake(brokerUrl, store, {
  intake: {
    receive: async (tenantId, received) => {
      await intake.receive(tenantId, received);
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    },
  },
}).start();
