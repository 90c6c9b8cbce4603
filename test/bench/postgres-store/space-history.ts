import { randomUUID } from 'node:crypto';
import { type NewEvent } from '../../../application/ports/event-store/events.ts';
import { type SpaceEvent } from '../../../domain/space/events.ts';
import { instantOf, type Instant } from '../../../domain/time/instant.ts';

const BEGIN = Date.UTC(2026, 0, 1, 6);
const STEP_MS = 17 * 60_000;

/** The endless life of one space: registered, then cars come and go, each change with the state it announces. */
export function* spaceHistory(tenant: string, site: string, number: number): Generator<NewEvent, never> {
  let time = BEGIN + (number % 997) * 1000;
  const devEui = (0x70b3d57ed0000000n + BigInt(number)).toString(16);
  const write = (event: SpaceEvent): NewEvent => recorded(event, tenant, instantOf(time));
  yield write(registered(site, number, instantOf(time)));
  yield write(stateChanged(null, 'FREE', 'SpaceRegistered', instantOf(time)));
  let session = randomUUID();
  for (let n = 0; ; n += 1) {
    time += STEP_MS;
    const since = instantOf(time);
    const occupied = n % 2 === 0;
    if (occupied) session = randomUUID();
    yield write({
      type: 'OccupancyChanged',
      data: {
        value: occupied ? 'OCCUPIED' : 'VACANT',
        previous: occupied ? 'VACANT' : 'OCCUPIED',
        since,
        session_id: session,
        uncertainty_s: 0,
        bridged: false,
        source: 'sensor',
        evidence: {
          frame_id: randomUUID(),
          dev_eui: devEui,
          session: '01ab23cd',
          f_cnt: n,
          decoder: 'nwave-nps405',
          decoder_version: '1.0.0',
          time_source: 'gateway',
        },
        last_heard_at: since,
      },
    });
    const [from, to] = occupied ? (['FREE', 'OCCUPIED'] as const) : (['OCCUPIED', 'FREE'] as const);
    yield write(stateChanged(from, to, 'OccupancyChanged', since));
  }
}

type StateName = Extract<SpaceEvent, { type: 'SpaceStateChanged' }>['data']['to'];

function stateChanged(from: StateName | null, to: StateName, cause: string, at: Instant): SpaceEvent {
  return {
    type: 'SpaceStateChanged',
    data: {
      from,
      to,
      available: to === 'FREE',
      cause: { event: cause },
      tags: [],
      effective_at: at,
      rules_version: 1,
    },
  };
}

function registered(site: string, number: number, at: Instant): SpaceEvent {
  return {
    type: 'SpaceRegistered',
    data: {
      site_id: site,
      code: `S-${number}`,
      name: `Bay ${number}`,
      attributes: {},
      location: { lat_e7: 387_223_340 + number, lon_e7: -91_393_366 },
      commissioned_at: at,
      policy: {
        policy_version: 0,
        values: {
          booking_ahead_max_s: 7_776_000,
          booking_buffer_s: 0,
          booking_hold_s: 0,
          booking_max_s: 2_592_000,
          booking_min_s: 60,
          booking_past_tolerance_s: 60,
          cancel_until_s: 0,
          check_in: 'auto',
          clock_skew_max_s: 120,
          early_start_s: 0,
          late_stop_s: 600,
          no_show_timeout_s: 900,
          override_reminder_s: 604_800,
          release_early: false,
          release_hold_s: 600,
          reserved_soon_s: 900,
          swap_gap_s: 1800,
          unknown_state: 'hold_last',
        },
      },
    },
  };
}

function recorded(event: SpaceEvent, tenant: string, at: string): NewEvent {
  const command = randomUUID();
  return {
    id: randomUUID(),
    type: event.type,
    data: event.data,
    metadata: {
      tenant_id: tenant,
      schema_version: 1,
      occurred_at: at,
      decided_at: at,
      actor: { type: 'system', id: 'sensor-process' },
      command_id: command,
      $correlationId: command,
      software_version: '0.1.0',
    },
  };
}
