import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codeHeldBy,
  noClaims,
  spaceHolding,
  withClaim,
  withoutClaim,
} from '../../../domain/site/code-claims.ts';
import { type SiteCommand } from '../../../domain/site/commands.ts';
import { siteDecider } from '../../../domain/site/decider.ts';
import { type OpeningHours, siteEventSchemas, type SiteEvent } from '../../../domain/site/events.ts';
import { at, uuid } from '../../unit/catalogue/given.ts';
import { describeLaws, run } from '../catalogue/decider-laws.ts';

const now = fc.integer({ min: 0, max: 40 }).map(at);
const zoneId = fc.integer({ min: 1, max: 4 }).map(uuid);
const spaceId = fc.integer({ min: 11, max: 15 }).map(uuid);
const code = fc.constantFrom('A-01', 'A-02', 'A-03', 'A-04');
const name = fc.constantFrom('Harbour', 'Marina');
const reason = fc.constant({ code: 'closure' } as const);
const location = fc.constantFrom({ lat_e7: 1, lon_e7: 2 }, { lat_e7: -3, lon_e7: 0 });
const capacityBasis = fc.constantFrom('demarcated', 'estimated');
const attributes = fc.constantFrom({}, { ev: 'true' });
const timeZone = fc.constantFrom('UTC', 'Europe/Lisbon', 'Asia/Tokyo');
const spans = fc.constantFrom<{ open: string; close: string }[]>([], [{ open: '08:00', close: '18:00' }]);
const weekly = spans.map((day) => ({ mon: day, tue: day, wed: day, thu: day, fri: day, sat: day, sun: day }));

/** Sensors that have always watched; each was silent once, or is. */
const devices = fc.array(
  fc.record({
    devEui: fc.integer({ min: 0, max: 9 }).map((n) => n.toString(16).padStart(16, '0')),
    watches: fc.constant([{ from: at(0), to: null }]),
    silences: fc.array(fc.record({ from: now, to: fc.option(now) }), { maxLength: 1 }),
  }),
  { maxLength: 8 },
);

/** Few ids, codes and instants, so that commands meet. */
const command: fc.Arbitrary<SiteCommand> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant('RegisterSite'), name, timeZone, now }) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        type: fc.constant('ChangeSite'),
        name,
        location: fc.option(location),
        timeZone: fc.record({ name: timeZone, validFrom: now, tzdbVersion: fc.constant('2026c') }),
        openingHours: fc.record({
          weekly,
          exceptions: fc.constant<OpeningHours['exceptions']>([]),
          validFrom: now,
        }),
        now,
      },
      { requiredKeys: ['type', 'now'] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('AddZone'),
      zoneId,
      code,
      name,
      attributes,
      capacityBasis,
      now,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { type: fc.constant('ChangeZone'), zoneId, code, name, attributes, capacityBasis, now },
      { requiredKeys: ['type', 'zoneId', 'now'] },
    ),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('CloseZone'), zoneId, reason, now }) },
  {
    weight: 6,
    arbitrary: fc.record(
      { type: fc.constant('ClaimSpaceCode'), code, spaceId, zoneId, now },
      { requiredKeys: ['type', 'code', 'spaceId', 'now'] },
    ),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('ReleaseSpaceCode'), code, spaceId, now }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('TellSiteSilences'), devices, through: now, now }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('CloseSite'), reason, now }) },
);

const registration: SiteCommand = { type: 'RegisterSite', name: 'Quay', timeZone: 'UTC', now: at(0) };
const sequence = describeLaws('sites', siteDecider, siteEventSchemas, { command, registration });

describe('codes, over any sequence of commands', () => {
  it('a code has one space and a space one code, and a closed site has none', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const spaceOf = new Map<string, string>();
        for (const event of run(siteDecider, commands).events) {
          if (event.type === 'SpaceCodeClaimed') {
            expect(spaceOf.has(event.data.code)).toBe(false);
            expect([...spaceOf.values()]).not.toContain(event.data.space_id);
            spaceOf.set(event.data.code, event.data.space_id);
          }
          if (event.type === 'SpaceCodeReleased') {
            expect(spaceOf.get(event.data.code)).toBe(event.data.space_id);
            spaceOf.delete(event.data.code);
          }
          if (event.type === 'SiteClosed') expect(spaceOf.size).toBe(0);
        }
      }),
    );
  });

  it('the codes of open zones differ', () => {
    fc.assert(
      fc.property(sequence, (commands) => {
        const open = new Map<string, string>();
        for (const event of run(siteDecider, commands).events) {
          applyToZones(open, event);
          expect(new Set(open.values()).size).toBe(open.size);
        }
      }),
    );
  });
});

function applyToZones(open: Map<string, string>, event: SiteEvent): void {
  if (event.type === 'ZoneAdded' || event.type === 'ZoneChanged')
    open.set(event.data.zone_id, event.data.code);
  if (event.type === 'ZoneClosed') open.delete(event.data.zone_id);
}

describe('the table of code claims', () => {
  it('answers as a plain table would', () => {
    const step = fc.record({ claim: fc.boolean(), code, spaceId });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const plain = new Map<string, string>();
        let claims = noClaims;
        for (const { claim, code: text, spaceId: space } of steps) {
          if (claim) {
            for (const [other, holder] of plain) if (holder === space) plain.delete(other);
            plain.set(text, space);
            claims = withClaim(claims, text, space);
          } else {
            if (plain.get(text) === space) plain.delete(text);
            claims = withoutClaim(claims, text, space);
          }
          expect(claims.count).toBe(plain.size);
          for (const [held, holder] of plain) {
            expect(spaceHolding(claims, held)).toBe(holder);
            expect(codeHeldBy(claims, holder)).toBe(held);
          }
        }
        expect(noClaims.count).toBe(0);
      }),
    );
  });
});
