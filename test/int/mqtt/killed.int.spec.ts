import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../../adapters/postgres-store/open.ts';
import { migrateUp } from '../../../adapters/read-database/migrations.ts';
import { MemorySensorTables } from '../../../adapters/sensor-tables/memory-sensor-tables.ts';
import { Mosquitto, mosquittoIsAbsent, needsMosquitto } from '../../support/mosquitto.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { AnyCarPark } from '../../unit/sensor-process/car-park.ts';
import { Publisher, topicOf, uplink } from './published.ts';
import { framesOf, RunningIntake } from './running-intake.ts';

const script = fileURLToPath(new URL('./dying-process.ts', import.meta.url));

describe.skipIf(mosquittoIsAbsent)(
  needsMosquitto('a process killed between append and acknowledgement'),
  () => {
    it('leaves a frame that comes again: evidence twice, effect once', async () => {
      const database = await createTestDatabase();
      await migrateUp({ databaseUrl: database.url });
      const broker = await Mosquitto.start();
      const publisher = await Publisher.connect(broker.url);
      const store = await openPostgresStore({ connectionString: database.url });
      const intake = new RunningIntake(broker.url, store);
      const park = new AnyCarPark(store, new MemorySensorTables());
      try {
        // The subscription is there before the first message.
        intake.start();
        await expect.poll(() => intake.mqtt.isConnected).toBe(true);
        await intake.stop();
        await publisher.publish(topicOf('up'), uplink(1));
        for (let life = 1; life <= 2; life += 1) {
          const child = spawn(process.execPath, ['--import', 'tsx', script, broker.url, database.url]);
          const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
          expect(signal).toBe('SIGKILL');
          expect(await framesOf(store)).toHaveLength(life);
        }
        intake.start();
        await expect.poll(() => intake.count('stored'), { timeout: 10_000 }).toBe(1);
        await intake.stop();
        const frames = await framesOf(store);
        expect(frames).toHaveLength(3);
        expect(new Set(frames.map(({ frame_id }) => frame_id)).size).toBe(1);

        park.start();
        await park.settle();
        await park.end();
        expect(park.tables.allReadings()).toHaveLength(1);
        // Acknowledged at last.
        const kept = intake.said.length;
        intake.start();
        await expect.poll(() => intake.mqtt.isConnected).toBe(true);
        await intake.stop();
        expect(intake.said.slice(kept)).toEqual(['connected again']);
      } finally {
        await intake.stop();
        await publisher.end();
        await store.close();
        await broker.remove();
        await database.drop();
      }
    });
  },
);
