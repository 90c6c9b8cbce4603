import { type ReadingOutcome } from '../ports/sensor-tables.ts';

/** What became of a frame, or that nothing has yet. */
export type FrameOutcome = ReadingOutcome | 'waiting';

const meanings: Partial<Record<FrameOutcome, string>> = {
  waiting: 'Kept, and not handled yet: is a process of role worker running?',
  applied: 'It changed what the device says, and its space has taken it.',
  unchanged: 'The device says what it said before.',
  informed: 'It says nothing about the bay.',
  'no-payload': 'It carries no application payload (MAC commands, or a port of the network).',
  late: 'It is older than what is known; the present is not moved by it.',
  repeat: 'The radio sent the same message twice.',
  join: 'The device joined the network.',
  'network-event': 'Neither an uplink nor a join: kept for people.',
  orphan:
    'No such device is registered here, or it is out of service: POST /orphans/{dev_eui}/assign takes it in.',
  unattributed: 'The device watched no space then.',
  undecodable: 'The decoder of the device’s type cannot read the payload.',
  encrypted: 'The network server has no application key, so the payload is noise.',
  refused: 'The space refused it; the code is in the detail.',
  folded: 'Read while tables were made anew; nobody was told again.',
  parked: 'The device is parked: an earlier frame could not be handled.',
  unreadable: 'The stored event is no frame that this program can read.',
};

/** A sentence for people. */
export function meaningOf(outcome: FrameOutcome): string {
  return meanings[outcome] ?? outcome;
}
