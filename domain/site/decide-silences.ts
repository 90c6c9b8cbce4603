import { accept, type Decision } from '../event/decider.ts';
import { type Decided } from '../event/event.ts';
import { addSeconds, type Instant } from '../time/instant.ts';
import { type TellSiteSilences } from './commands.ts';
import { type SiteEvent } from './events.ts';
import { type RegisteredSite, type ToldSilence } from './state.ts';
import { SILENCE_WINDOW_S, type WholeSilence, wholeSilences } from './whole-silence.ts';

/**
 * What differs between the silences that the facts show and those that were told (rule U10). A closed site is told, too:
 * what happened there happened.
 */
export function tellSiteSilences(command: TellSiteSilences, state: RegisteredSite): Decision<SiteEvent> {
  const found = wholeSilences(command.devices, command.through);
  const told = state.silences.map((silence) => ({ silence, found: silenceOf(silence.since, found) }));
  const over = told.flatMap(({ silence, found: one }) => {
    if (silence.isOver || (one !== null && one.endedAt === null)) return [];
    // None at all by now: the devices turned out not to have been silent, so it was over when it began.
    return [ended(silence.since, one?.devicesInAll ?? silence.devices, one?.endedAt ?? silence.since)];
  });
  const untold = found.filter(
    (one) => !told.some((known) => known.found === one && tells(known.silence, one)),
  );
  return accept(...over, ...untold.flatMap(toldAnew));
}

/** Late facts may move a beginning: then the one that was told is that which lasted at its instant, or began soon after. */
function silenceOf(since: Instant, found: readonly WholeSilence[]): WholeSilence | null {
  return (
    found.find((one) => one.since === since) ??
    found.find((one) => one.since <= since && (one.endedAt === null || since < one.endedAt)) ??
    found.find((one) => since < one.since && addSeconds(one.since, -SILENCE_WINDOW_S) <= since) ??
    null
  );
}

/** One that lasts is not told by one that is over, though it lies near: somebody has to look after it. */
function tells(told: ToldSilence, one: WholeSilence): boolean {
  return told.since === one.since || !told.isOver || one.endedAt !== null;
}

function toldAnew(one: WholeSilence): readonly Decided<SiteEvent>[] {
  const { since, detectedAt, devices, devicesInAll, endedAt } = one;
  const detected: Decided<SiteEvent> = {
    event: { type: 'SiteSilenceDetected', data: { since, devices } },
    occurredAt: detectedAt,
    boundary: { kind: 'site-silence-detected', subject: '', due: since },
  };
  return endedAt === null ? [detected] : [detected, ended(since, devicesInAll, endedAt)];
}

function ended(since: Instant, devices: number, at: Instant): Decided<SiteEvent> {
  return {
    event: { type: 'SiteSilenceEnded', data: { since, devices } },
    occurredAt: at,
    boundary: { kind: 'site-silence-ended', subject: '', due: since },
  };
}
