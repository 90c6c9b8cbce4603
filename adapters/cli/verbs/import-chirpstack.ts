import { type ReceivedMessage } from '../../../application/intake/frame.ts';
import { type Receipt } from '../../../application/intake/intake.ts';
import { type EventStore } from '../../../application/ports/event-store/event-store.ts';
import { type Position } from '../../../application/ports/event-store/position.ts';
import { type NetworkMessage, type NetworkMessageError } from '../../../application/ports/network-message.ts';
import { type Actor } from '../../../domain/event/metadata.ts';
import { epochMs, type Instant, parseInstant } from '../../../domain/time/instant.ts';
import { type DeviceType } from '../../lorawan/device-type.ts';
import { deviceTypeByAlias, deviceTypeById } from '../../lorawan/device-types.ts';
import { countEventsSince } from './count-events.ts';
import { type RecordedLine, recordedLines } from './recorded-events.ts';
import { type Findings, RecordingFindings } from './recording-findings.ts';
import {
  type DeviceRegistration,
  type RecordedDevice,
  registerRecordedDevice,
  type RegistrationPlace,
} from './register-recorded-devices.ts';

export interface ChirpstackImportOptions {
  readonly file: string;
  readonly tenantId: string;
  readonly store: EventStore;
  readonly intake: { receive(tenantId: string, received: ReceivedMessage): Promise<Receipt> };
  /** Resolves when the sensor process has passed these positions of the frames log and the domain log. */
  readonly untilHandled: (frames: Position, domain: Position) => Promise<void>;
  /** Says of the tenant how far the evidence is, as an intake does: in the time of the frames, until the end. */
  readonly evidence?: { report(through: Instant): Promise<void>; end(): Promise<void> };
  /** Resolves when the silences that are due by now have been told, or when it takes too long. */
  readonly untilSilencesTold?: () => Promise<void>;
  /** Where a space and a sensor are made for each device of a known type; absent: nowhere. */
  readonly register?: RegistrationPlace;
  readonly dryRun?: boolean;
  /** `max`, or so many times as fast as it happened. */
  readonly speed?: 'max' | number;
  readonly now: () => Instant;
  readonly onProgress?: (progress: ImportProgress) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface ImportProgress {
  readonly sent: number;
  readonly total: number;
}

export interface ImportedDevice {
  readonly dev_eui: string;
  readonly device_type: string | null;
  readonly first_at: Instant;
  readonly registration: DeviceRegistration | null;
}

export interface ImportReport {
  readonly lines: number;
  readonly accepted: number;
  /** Accepted, and stored by this process before. */
  readonly duplicates: number;
  readonly refused: number;
  /** The first of them. */
  readonly mistakes: readonly { readonly line: number; readonly errors: readonly NetworkMessageError[] }[];
  readonly devices: readonly ImportedDevice[];
  readonly findings: Findings;
  /** What the import added to the history; null for a dry run. */
  readonly domain_events_added: number | null;
}

export const IMPORT_ACTOR: Actor = { type: 'import', id: 'chirpstack' };
const SENSOR_PROCESS = 'sensor-process';
const MISTAKES_SHOWN = 20;
const IN_FLIGHT = 500;
const PROGRESS_EVERY = 500;
const REPORT_EVERY_MS = 500;

/** Replays recorded events of a ChirpStack server through the ordinary intake, and waits until they have had their effect. */
export async function importChirpstack(options: ChirpstackImportOptions): Promise<ImportReport> {
  const { store, tenantId, register, now, dryRun = false } = options;
  const found = await survey(options.file, now());
  const before = await store.head('domain');
  const devices: ImportedDevice[] = [];
  for (const device of found.devices) {
    const registration =
      register === undefined || dryRun
        ? null
        : await registerRecordedDevice(register, device, tenantId, IMPORT_ACTOR, now());
    const { devEui, firstAt, type } = device;
    devices.push({ dev_eui: devEui, device_type: type?.id ?? null, first_at: firstAt, registration });
  }
  const { lines, refused, mistakes, findings } = found;
  const summary = { lines, refused, mistakes, devices, findings };
  if (dryRun) return { ...summary, accepted: 0, duplicates: 0, domain_events_added: null };
  const times = new FrameTimes(options, found.devices);
  await times.begin();
  const sent = await send(options, lines - refused, times);
  await options.untilHandled(await store.head('frames'), await store.head('domain'));
  await times.end();
  await options.untilSilencesTold?.();
  return { ...summary, ...sent, domain_events_added: await addedSince(store, tenantId, before) };
}

/**
 * While recorded frames are replayed, time stands where they are: silence must not be decided by a clock that is years
 * ahead of them.
 */
class FrameTimes {
  readonly #options: ChirpstackImportOptions;
  readonly #first: Instant | null;
  #through: Instant | null = null;
  #reportedAt = 0;

  constructor(options: ChirpstackImportOptions, devices: readonly RecordedDevice[]) {
    this.#options = options;
    this.#first = devices.map(({ firstAt }) => firstAt).sort()[0] ?? null;
  }

  async begin(): Promise<void> {
    if (this.#first !== null) await this.#options.evidence?.report(this.#first);
  }

  sent(message: NetworkMessage): void {
    const at = earliestOf(message);
    if (at !== null && (this.#through === null || at > this.#through)) this.#through = at;
  }

  /** Now and then. */
  async report(): Promise<void> {
    const since = performance.now() - this.#reportedAt;
    if (this.#through === null || since < REPORT_EVERY_MS) return;
    this.#reportedAt = performance.now();
    await this.#options.evidence?.report(this.#through);
  }

  async end(): Promise<void> {
    await this.#options.evidence?.end();
  }
}

interface Survey {
  readonly lines: number;
  readonly refused: number;
  readonly mistakes: ImportReport['mistakes'];
  readonly devices: readonly RecordedDevice[];
  readonly findings: Findings;
}

async function survey(file: string, receivedAt: Instant): Promise<Survey> {
  const findings = new RecordingFindings(receivedAt);
  const devices = new Map<string, RecordedDevice>();
  const mistakes: { line: number; errors: readonly NetworkMessageError[] }[] = [];
  let lines = 0;
  let refused = 0;
  for await (const recorded of recordedLines(file)) {
    lines += 1;
    if (!recorded.ok) {
      refused += 1;
      if (mistakes.length < MISTAKES_SHOWN) mistakes.push({ line: recorded.line, errors: recorded.errors });
      continue;
    }
    const { message } = recorded;
    findings.look(recorded);
    const sentAt = earliestOf(message);
    if (message.devEui === null || sentAt === null) continue;
    const known = devices.get(message.devEui);
    devices.set(message.devEui, {
      devEui: message.devEui,
      name: message.deviceName ?? known?.name ?? null,
      type: typeOf(message) ?? known?.type ?? null,
      firstAt: known === undefined || sentAt < known.firstAt ? sentAt : known.firstAt,
    });
  }
  return { lines, refused, mistakes, devices: [...devices.values()], findings: findings.all };
}

/** By whatever clock: no message of the device may lie before its assignment. */
function earliestOf({ times }: NetworkMessage): Instant | null {
  const instants = [times.gateway, times.ns, times.network].flatMap((time) =>
    time === null ? [] : (parseInstant(time) ?? []),
  );
  const [first] = instants.filter((instant) => instant >= '2000').sort();
  return first ?? null;
}

function typeOf({ deviceProfileName, tags }: NetworkMessage): DeviceType | null {
  const tag = tags['device_type'];
  const byTag = tag === undefined ? null : deviceTypeById(tag);
  return byTag ?? (deviceProfileName === null ? null : deviceTypeByAlias(deviceProfileName));
}

/** In the order of the file: those that are under way at the same time are appended in the order of the calls. */
async function send(
  options: ChirpstackImportOptions,
  total: number,
  times: FrameTimes,
): Promise<{ readonly accepted: number; readonly duplicates: number }> {
  const underWay = new Set<Promise<void>>();
  const pace = paceOf(options);
  let accepted = 0;
  let duplicates = 0;
  let failure: unknown = null;
  for await (const recorded of recordedLines(options.file)) {
    if (!recorded.ok) continue;
    await pace(recorded.message);
    const one = receive(options, recorded)
      .then((receipt) => {
        accepted += 1;
        times.sent(recorded.message);
        if (receipt.duplicate) duplicates += 1;
        if (accepted % PROGRESS_EVERY === 0) options.onProgress?.({ sent: accepted, total });
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => underWay.delete(one));
    underWay.add(one);
    while (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
    await times.report();
    if (failure !== null) break;
  }
  await Promise.all(underWay);
  if (failure !== null) throw failure instanceof Error ? failure : new Error('the intake refused a frame');
  options.onProgress?.({ sent: accepted, total });
  return { accepted, duplicates };
}

function receive(
  { intake, now, tenantId }: ChirpstackImportOptions,
  { event, body, message }: Extract<RecordedLine, { ok: true }>,
): Promise<Receipt> {
  return intake.receive(tenantId, {
    network: 'chirpstack',
    kind: event,
    body,
    message,
    receivedAt: now(),
    actor: IMPORT_ACTOR,
  });
}

/** Waits before a message as long as it took in the world, divided by the speed. */
function paceOf({ speed = 'max', sleep = defaultSleep }: ChirpstackImportOptions) {
  let before: number | null = null;
  return async (message: NetworkMessage): Promise<void> => {
    if (speed === 'max') return;
    const sentAt = earliestOf(message);
    if (sentAt === null) return;
    const at = epochMs(sentAt);
    if (before !== null && at > before) await sleep((at - before) / speed);
    before = before === null ? at : Math.max(before, at);
  };
}

/** Of this tenant, by the import itself or by what came of frames. */
function addedSince(store: EventStore, tenantId: string, before: Position): Promise<number> {
  const isOurs = ({ type, id }: Actor): boolean => type === IMPORT_ACTOR.type || id === SENSOR_PROCESS;
  return countEventsSince(store, tenantId, before, isOurs);
}

function defaultSleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
