import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemCatalogue } from '../../../../adapters/http/problems/catalogue.ts';
import { startApi, type TestApi } from '../../../support/api.ts';
import { type LiveIntake, startLiveIntake } from '../../../support/live-intake.ts';
import {
  chirpstackSamples,
  needsShared,
  sharedIsAbsent,
  thingsStackSamples,
} from '../../../unit/lorawan/shared-files.ts';
import { givenPlace } from '../../api/client.ts';
import { aged } from './aged.ts';
import { type Message, spoiltFields } from './field-mutations.ts';
import { type Posted, Poster } from './poster.ts';
import { chirpstackSender, type Sender, thingsStackSender } from './senders.ts';
import { spoiltRequests } from './spoilt-requests.ts';
import {
  givenWatchedSpace,
  type Presence,
  presenceOf,
  presentMessage,
  typeOf,
  type WatchedSpace,
} from './watched-space.ts';

/** A network server more is a line more. */
const senders: readonly Sender[] = [
  chirpstackSender(chirpstackSamples()),
  thingsStackSender(thingsStackSamples()),
];

const samples = senders.flatMap((sender) =>
  sender.messages.map((recorded, index) => ({ sender, recorded, index, name: recorded.name })),
);

/** Each sample has a device whose messages are all old, and one whose messages may be of now. */
interface Watched {
  readonly still: WatchedSpace;
  readonly moving: WatchedSpace;
}

let api: TestApi;
let live: LiveIntake;
let poster: Poster;
const watched = new Map<string, Watched>();
const before = new Map<string, Presence>();
/** Stand for the device and the id of a message until it is sent. */
const [DEVICE, ID] = ['@@device@@', '@@id@@'];
/** Ids of frames that were said to be kept. */
const kept = new Set<string>();
const told = { kept: 0, refused: 0 };

const euiOf = (index: number, role: 'still' | 'moving'): string =>
  `bad0${role === 'still' ? '5' : 'e'}${index.toString(16).padStart(11, '0')}`;

beforeAll(async () => {
  if (sharedIsAbsent) return;
  api = await startApi();
  live = await startLiveIntake(api);
  poster = new Poster(live.url, await api.keyOf('ingest'));
  const place = await givenPlace(api);
  for (const [index, { name }] of samples.entries()) {
    const still = await givenWatchedSpace(api, place, euiOf(index, 'still'), typeOf(name));
    const moving = await givenWatchedSpace(api, place, euiOf(index, 'moving'), typeOf(name));
    watched.set(name, { still, moving });
  }
  live.start();
  for (const [index, { still }] of [...watched.values()].entries()) {
    const answer = await poster.post(
      '/api/v1/uplink',
      Buffer.from(presentMessage(still, index % 2 === 0, randomUUID())),
    );
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }
  await live.settled();
  for (const { still } of watched.values()) before.set(still.devEui, await presenceOf(api, still));
}, 60_000);

afterAll(async () => {
  if (sharedIsAbsent) return;
  poster.close();
  await live.pause();
  await api.close();
});

/** A clear refusal, or a frame that is kept; never a mistake of ours. */
function judge(
  answer: Posted,
  what: string,
  expected?: { readonly status: number; readonly code: string },
): void {
  const { body, status } = answer;
  if (expected !== undefined) expect([status, body['code']], what).toEqual([expected.status, expected.code]);
  if (status === 200) {
    expect(body, what).toMatchObject({ accepted: true });
    kept.add(String(body['frame_id']));
    told.kept += 1;
    return;
  }
  expect([400, 413, 415], `${what}: ${status} ${JSON.stringify(body)}`).toContain(status);
  expect(answer.type, what).toBe('application/problem+json; charset=utf-8');
  expect(Object.keys(problemCatalogue), what).toContain(body['code']);
  if (status === 400)
    expect(body['errors'], what).toEqual([
      expect.objectContaining({ code: expect.any(String) as string }),
      ...(body['errors'] as unknown[]).slice(1),
    ]);
  told.refused += 1;
}

const freshOf = (sender: Sender, message: Message, devEui: string): Message =>
  sender.identified(message, devEui, randomUUID());

describe.skipIf(sharedIsAbsent)(needsShared('a spoilt message'), () => {
  it.each(samples)(
    'of $name: every field, one after the other',
    async ({ sender, recorded, index, name }) => {
      const { moving, still } = watched.get(name) as Watched;
      const path = sender.pathOf(recorded.event);
      // Every one has an id of its own, else it would be known as a repeat and not looked at.
      const template = sender.identified(aged(recorded.body as Message), DEVICE, ID);
      const posts = [...spoiltFields(template, index)].map(async (spoilt) => {
        const { devEui } = spoilt.mayBeNow ? moving : still;
        const text = spoilt.text.replaceAll(DEVICE, devEui).replaceAll(ID, randomUUID());
        judge(await poster.post(path, Buffer.from(text)), `${name} ${spoilt.name}`);
      });
      await Promise.all(posts);
    },
  );

  it.each(senders)('of $name: every body that is none', async (sender) => {
    for (const { body, event, name } of sender.messages.filter(({ name }) =>
      /up-docs|up-real-binary|join-real|log-docs|-message-docs/.test(name),
    )) {
      // A time that is there twice, and empty at last, is none: then it is of now.
      const { moving } = watched.get(name) as Watched;
      const fresh = (): Message => freshOf(sender, aged(body as Message), moving.devEui);
      const posts = [...spoiltRequests(fresh)].map(async (spoilt) => {
        const answer = await poster.post(sender.pathOf(event), spoilt.body, spoilt.headers);
        judge(answer, `${name} ${spoilt.name}`, spoilt.expected);
      });
      await Promise.all(posts);
    }
  });

  it.each(senders)('of $name: sent as another event than it is', async (sender) => {
    const events = [...new Set(sender.messages.map(({ event }) => event)), 'unheard-of'];
    // Where another event is looked for, no time may be found: then it is of now.
    for (const { body, name } of sender.messages) {
      const { moving } = watched.get(name) as Watched;
      for (const event of events) {
        const message = freshOf(sender, aged(body as Message), moving.devEui);
        judge(
          await poster.post(sender.pathOf(event), Buffer.from(JSON.stringify(message))),
          `${name} as ${event}`,
        );
      }
    }
  });

  it.each(senders)('of $name: 242 bytes of payload are a frame, one more is none', async (sender) => {
    const carrying = sender.messages.filter(({ body }) => sender.payloadOf(body as Message) !== null);
    for (const { body, event, name } of carrying) {
      const { still } = watched.get(name) as Watched;
      const post = (bytes: number): Promise<Posted> => {
        const data = Buffer.alloc(bytes, 1).toString('base64');
        const message = sender.withPayload(freshOf(sender, aged(body as Message), still.devEui), data);
        return poster.post(sender.pathOf(event), Buffer.from(JSON.stringify(message)));
      };
      judge(await post(242), `${name} of 242 bytes`);
      judge(
        await post(243),
        `${name} of 243 bytes`,
        /^up/.test(event) ? { status: 400, code: 'validation-failed' } : undefined,
      );
    }
  });

  it('leaves every space as it was, unless it was news, and every frame that was accepted is kept', async () => {
    await live.settled();
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const threeHoursAgo = new Date(Date.now() - 3 * 3_600_000).toISOString();
    for (const [name, { moving, still }] of watched) {
      const [was, is] = [before.get(still.devEui), await presenceOf(api, still)];
      expect([is.state, is.value], name).toEqual([was?.state, was?.value]);
      // Old news that fits may say that it has been so for longer: by the hours that the messages are old, no more.
      expect(
        [is.since <= (was?.since ?? ''), is.since > threeHoursAgo],
        `${name}: ${was?.since} ${is.since}`,
      ).toEqual([true, true]);
      // News of a message without a usable time is of when it came, never of 1970, of 2001 or of next century.
      const { since, value } = await presenceOf(api, moving);
      if (value !== 'UNKNOWN')
        expect(since >= yesterday && since <= new Date().toISOString(), `${name}: ${since}`).toBe(true);
    }
    const { rows } = await api.pool.query<{ frame_id: string }>(
      'SELECT frame_id FROM sensing.sensor_readings',
    );
    const handled = new Set(rows.map(({ frame_id: id }) => id));
    expect([...kept].filter((id) => !handled.has(id))).toEqual([]);
    expect(told.kept + told.refused).toBeGreaterThan(5_000);
    expect(told.kept).toBeGreaterThan(1_000);
    expect(told.refused).toBeGreaterThan(1_000);
  });
});
