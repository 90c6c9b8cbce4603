import { z } from 'zod';
import { openingHoursSchema, type OpeningHours } from '../../../domain/site/events.ts';
import { openingHoursAt, type SiteState, timeZoneAt } from '../../../domain/site/state.ts';
import { type Instant } from '../../../domain/time/instant.ts';
import { type Site } from '../../../projections/sites/queries.ts';
import { nearestName } from '../problems/nearest-name.ts';
import { notFound } from '../problems/problem.ts';
import { fromStoredLocation, idOutput, locationOutput, positionField } from './wire.ts';

export const siteOutput = z
  .object({
    id: idOutput,
    name: z.string(),
    time_zone: z.string().describe('In force now'),
    location: locationOutput.nullable(),
    opening_hours: openingHoursSchema.nullable().describe('In force now; null: always open'),
    status: z.enum(['open', 'closed']),
    revision: z.number(),
  })
  .meta({ id: 'Site' });
export const changedSiteOutput = siteOutput.extend(positionField);

/** Names of the time-zone database, as this program's own copy of it knows them. */
export const timeZoneInput = z
  .string()
  .max(64)
  .superRefine((name, context) => {
    if (isTimeZone(name)) return;
    const meant = nearestName(name, Intl.supportedValuesOf('timeZone'));
    const example = meant === null ? 'such as Europe/Paris' : `did you mean ${meant}?`;
    context.addIssue({ code: 'custom', message: `expected an IANA time zone; ${example}`, input: name });
  })
  .describe('IANA name, such as Europe/Paris');

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are no zones: they know no daylight saving.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const spans = openingHoursSchema.shape.exceptions.element.shape.spans;
const day = spans.default([]);

/** A day that is left out is closed; a span that ends before it begins reaches into the next day. */
export const openingHoursInput = z
  .strictObject({
    weekly: z.strictObject({ mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day }),
    exceptions: z
      .array(z.strictObject({ date: z.iso.date(), spans }))
      .max(366)
      .default([]),
  })
  .describe('Local wall-clock times of the site');

const ALL_DAY = [{ open: '00:00', close: '24:00' }];

/** What "no opening hours" means once there have been some: the history has no way to say "none". */
export const alwaysOpen: OpeningHours = {
  weekly: {
    mon: ALL_DAY,
    tue: ALL_DAY,
    wed: ALL_DAY,
    thu: ALL_DAY,
    fri: ALL_DAY,
    sat: ALL_DAY,
    sun: ALL_DAY,
  },
  exceptions: [],
};

/** From the aggregate, for the answer of a change. */
export function siteOf(siteId: string, state: SiteState, revision: number | null, at: Instant) {
  if (state.status === 'unregistered') throw notFound();
  return shownSite({
    siteId,
    name: state.name,
    timeZone: timeZoneAt(state, at),
    openingHours: openingHoursAt(state, at),
    location: state.location,
    status: state.status,
    revision: revision ?? 0,
  });
}

export function shownSite(site: Omit<Site, 'registeredAt'>) {
  return {
    id: site.siteId,
    name: site.name,
    time_zone: site.timeZone,
    location: fromStoredLocation(site.location),
    opening_hours: site.openingHours === null ? null : shownHours(site.openingHours),
    status: site.status,
    revision: site.revision,
  };
}

type Spans = OpeningHours['weekly']['mon'];

/** In one order, whichever store they come from: equal bodies are equal texts. */
function shownHours({ weekly, exceptions }: OpeningHours) {
  const spansOf = (spans: Spans) => spans.map(({ open, close }) => ({ open, close }));
  return {
    weekly: {
      mon: spansOf(weekly.mon),
      tue: spansOf(weekly.tue),
      wed: spansOf(weekly.wed),
      thu: spansOf(weekly.thu),
      fri: spansOf(weekly.fri),
      sat: spansOf(weekly.sat),
      sun: spansOf(weekly.sun),
    },
    exceptions: exceptions.map(({ date, spans: hours }) => ({ date, spans: spansOf(hours) })),
  };
}
