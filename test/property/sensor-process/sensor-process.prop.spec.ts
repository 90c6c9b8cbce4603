import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFold } from '../../../application/sensor-process/device-fold.ts';
import { type CarPark } from '../../unit/sensor-process/car-park.ts';
import {
  historyOf,
  idOf,
  liveThrough,
  type Message,
  messagesOf,
  openPark,
  radioRepeat,
  receive,
  steps,
} from './histories.ts';

const RUNS = { numRuns: 40 };
const TIMEOUT = 60_000;

async function tablesOf(park: CarPark) {
  const devices = await park.tables.devices(park.tables.allDevices());
  return { readings: park.tables.allReadings(), devices };
}

describe('the sensor process', () => {
  it(
    'finds the same facts whether or not messages come twice',
    async () => {
      const noise = fc.array(fc.record({ copy: fc.boolean(), repeat: fc.boolean() }), {
        minLength: 30,
        maxLength: 30,
      });
      await fc.assert(
        fc.asyncProperty(steps, noise, async (history, extra) => {
          const messages = messagesOf(history);
          const noisy = messages.flatMap((message, i) => [
            message,
            ...(extra[i]?.copy === true ? [message] : []),
            ...(extra[i]?.repeat === true && message.event === 'up' ? [radioRepeat(message, 0.4)] : []),
          ]);
          const plain = await liveThrough(messages);
          const disturbed = await liveThrough(noisy);
          expect(await historyOf(disturbed)).toEqual(await historyOf(plain));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'comes to the same tables and events wherever it is cut off and begins again',
    async () => {
      const cuts = fc.array(fc.constantFrom('go on', 'settle', 'restart'), { minLength: 30, maxLength: 30 });
      await fc.assert(
        fc.asyncProperty(steps, cuts, fc.integer(), async (history, plan, seed) => {
          const messages = messagesOf(history);
          const whole = await liveThrough(messages);
          const park = await openPark();
          park.start({ commitIntervalMs: 1 });
          await park.settle();
          for (const [i, message] of messages.entries()) {
            await receive(park, message);
            if (plan[i] === 'settle') await park.settle();
            if (plan[i] !== 'restart') continue;
            await park.end();
            park.store.setFaults({ seed, lostAnswers: 0.2, unavailable: 0.1, droppedSubscriptions: 0.1 });
            park.start({ commitIntervalMs: 1 });
            park.store.dropSubscriptions();
            await new Promise((resolve) => setTimeout(resolve, seed & 1));
            park.store.setFaults(null);
          }
          await park.settle();
          await park.end();
          expect(await historyOf(park)).toEqual(await historyOf(whole));
          expect(await tablesOf(park)).toEqual(await tablesOf(whole));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'never moves the present for a late message',
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, fc.nat(), fc.nat(), async (history, which, when) => {
          const messages = messagesOf(history);
          const late = which % messages.length;
          const first = messages[late];
          fc.pre(first !== undefined);
          // It comes after at least one later message of its device.
          const later = messages.findIndex(
            (one, i) => i > late && one.device === first.device && one.atS > first.atS,
          );
          fc.pre(later > 0);
          const place = later + 1 + (when % (messages.length - later));
          const opposite = { ...first, body: { ...first.body, deduplicationId: idOf('late') } };
          const without = messages.filter((_, i) => i !== late);
          const delayed = [...without.slice(0, place - 1), opposite, ...without.slice(place - 1)];
          const plain = await liveThrough(without);
          const disturbed = await liveThrough(delayed);
          expect(await valuesOf(disturbed)).toEqual(await valuesOf(plain));
          expect(newestOf(disturbed)).toEqual(newestOf(plain));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'adds nothing when its tables are lost and made anew, and finds the same present',
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (history) => {
          const park = await liveThrough(messagesOf(history));
          const before = await historyOf(park);
          const again = park.withEmptyTables();
          again.start();
          await again.settle();
          await again.end();
          expect(await historyOf(park)).toEqual(before);
          expect(newestOf(again)).toEqual(newestOf(park));
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'finds the same facts when all frames were there before it first began',
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (history) => {
          const messages: readonly Message[] = messagesOf(history);
          const live = await liveThrough(messages);
          const park = await openPark();
          for (const message of messages) await receive(park, message);
          park.start();
          await park.settle();
          await park.end();
          expect(spaces(await historyOf(park)).map(withoutIds)).toEqual(
            spaces(await historyOf(live)).map(withoutIds),
          );
        }),
        RUNS,
      );
    },
    TIMEOUT,
  );

  it(
    'with two owners at once, writes no fact twice',
    async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (history) => {
          const messages = messagesOf(history);
          const single = await liveThrough(messages);
          const park = await openPark();
          const stop = new AbortController();
          park.start();
          await park.settle();
          // The second takes the lease over while the first is at work, again and again.
          const rival = park.newProcess({ owner: 'rival' }).run(stop.signal);
          for (const message of messages) {
            await receive(park, message);
            park.tables.endLease();
          }
          await expect.poll(() => park.outcomes().length, { timeout: 10_000 }).toBe(single.outcomes().length);
          stop.abort();
          await rival;
          await park.end();
          expect(await historyOf(park)).toEqual(await historyOf(single));
        }),
        { numRuns: 20 },
      );
    },
    TIMEOUT,
  );
});

function newestOf(park: CarPark) {
  return park.tables.allDevices().map(({ devEui, lastHeardAt, lastFrameId, session, fCnt, fold }) => {
    const { told, order } = readFold(fold);
    // When a space was last told what it knew already is nobody's business.
    return { devEui, lastHeardAt, lastFrameId, session, fCnt, told: told?.value, newestAt: order.newestAt };
  });
}

/** Since when it is so may turn out otherwise. */
async function valuesOf(park: CarPark) {
  return Promise.all(['P1', 'P2'].map(async (code) => (await park.occupancy(code))?.value));
}

function spaces(history: readonly unknown[]): readonly unknown[] {
  return history.filter((entry) => String((entry as readonly unknown[])[0]).startsWith('space-'));
}

/** Whoever told it: one frame after the other, or all at once. */
function withoutIds(entry: unknown): unknown {
  return JSON.parse(JSON.stringify(entry).replaceAll(/"id":"[^"]*"/g, '"id":""')) as unknown;
}
