import { type VerbDeclaration } from './verb.ts';
import { simulateVerbs } from './verb-table-simulate.ts';

const importOptions = [
  ['--tenant <id>', 'whose bays they are'],
  ['--time-zone <name>', 'of times without an offset, such as Europe/Paris'],
  ['--source <name>', 'who says so: recorded with every event'],
  ['--site <id>', 'looks for spaces, and registers new ones, in this site only'],
  ['--zone <id>', 'registers new ones in this zone'],
  ['--register', 'makes a space for each bay that is not there, from its first instant on'],
  ['--dry-run', 'says what would be done'],
] as const;

/** Frames, events, read models and history. */
export const dataVerbs: readonly VerbDeclaration[] = [
  {
    name: 'import chirpstack',
    summary: 'replays recorded events of a ChirpStack server through the ordinary intake',
    detail:
      'Lines of `{event, body}`, plain or gzipped. A second import of the same file adds no domain event.',
    operands: [['<file>', 'NDJSON, or NDJSON.gz']],
    options: [
      ['--tenant <id>', 'whose network it is'],
      ['--site <id>', 'where new spaces are registered'],
      ['--zone <id>', 'and in which zone'],
      ['--register', 'makes a space and a sensor for each device whose type is known'],
      ['--dry-run', 'says what would be done'],
      ['--speed <speed>', 'max, 1 (as it happened) or N times as fast (default: max)'],
    ],
    examples: [
      'bayledger import chirpstack week.ndjson.gz --tenant 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11 --register',
    ],
    load: async () => (await import('./verbs/import-recorded.ts')).importRecorded,
  },
  {
    name: 'import sessions',
    summary: 'tells the stays of a CSV file as they happened',
    detail:
      'A row is a bay, an arrival and a departure. What is on record already is passed over, so a second import adds no domain event. Rejected rows go to FILE.rejected.csv; exit code 1 when there are any. See docs/import.md.',
    operands: [['<file>', 'CSV with a header']],
    options: [
      ['--columns <mapping>', 'space=…,start=…,end=…: names of columns (default: those of known files)'],
      ...importOptions,
    ],
    examples: [
      'bayledger import sessions stays.csv --tenant 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11 --columns space=spaceID,start=connectionTime,end=disconnectTime --time-zone America/Los_Angeles --source caltech --register',
    ],
    load: async () => (await import('./verbs/import-past.ts')).importSessions,
  },
  {
    name: 'import transitions',
    summary: 'tells the changes of a CSV file as they happened',
    detail:
      'A row is a bay, an instant and what the bay was from then on; `previous` is the last time that somebody looked before. What is on record already is passed over, so a second import adds no domain event. Rejected rows go to FILE.rejected.csv; exit code 1 when there are any. See docs/import.md.',
    operands: [['<file>', 'CSV with a header']],
    options: [
      [
        '--columns <mapping>',
        'space=…,at=…,value=…[,previous=…]: names of columns; [,occupied=…|…][,vacant=…|…]: words of the values (default: those of known files)',
      ],
      ...importOptions,
    ],
    examples: [
      'bayledger import transitions day.csv --tenant 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11 --columns space=bay_marker_id,at=detected_ts_utc,value=status,occupied=Present,vacant=Unoccupied --time-zone Australia/Melbourne --source melbourne --register',
    ],
    load: async () => (await import('./verbs/import-past.ts')).importTransitions,
  },
  {
    name: 'devices list-types',
    summary: 'the types of devices that can be registered',
    examples: ['bayledger devices list-types'],
    load: async () => (await import('./verbs/devices.ts')).devicesListTypes,
  },
  {
    name: 'devices decode',
    summary: 'what a frame means',
    detail:
      'One frame, or one a line with --stdin as {"type", "f_port", "hex"}. Answers are JSON: what the device says, or with --reading what it means for the bay; what cannot be decoded is {"error": {"code", "detail"}}.',
    options: [
      ['--type <id>', 'type of the device'],
      ['--f-port <number>', 'LoRaWAN port'],
      ['--hex <bytes>', 'the payload'],
      ['--stdin', 'reads frames from the standard input'],
      ['--reading', 'what the sensor process makes of it: occupancy by the thresholds, whole numbers'],
      ['--thresholds <list>', 'with --reading: thresholds over those of the type, as name=number,…'],
    ],
    examples: [
      'bayledger devices decode --type nwave-nps405 --f-port 1 --hex 1f',
      'bayledger devices decode --type browan-tbms100 --f-port 102 --hex 00bb340400dc7801 --reading --thresholds vacantAfterMin=5',
    ],
    load: async () => (await import('./verbs/devices.ts')).devicesDecode,
  },
  {
    name: 'ingest tail',
    summary: 'what comes to the intake: accepted and what became of it, or refused and why',
    detail:
      'The newest twenty, then each as it comes, until Ctrl-C. Beside `GET /ingest/log`: of all tenants, and also messages with a key that nobody knows.',
    options: [
      ['--tenant <id>', 'of one tenant only'],
      ['--device <eui>', 'of one device only'],
      ['--rejected', 'only what was refused'],
      ['--limit <n>', 'so many of the past at first (default: 20)'],
      ['--once', 'does not wait for more'],
    ],
    examples: [
      'bayledger ingest tail --rejected',
      'bayledger ingest tail --device 70b3d57ed005a1b2 --once --json',
    ],
    load: async () => (await import('./verbs/ingest-tail.ts')).ingestTail,
  },
  {
    name: 'spool list',
    summary: 'frames that wait on the disk, by the process that took them',
    detail: 'Looks at `DATA_DIR/spool` and changes nothing. Exit code 1 when frames of a dead process wait.',
    examples: ['bayledger spool list', 'bayledger spool list --json'],
    load: async () => (await import('./verbs/spool.ts')).spoolList,
  },
  {
    name: 'spool drain',
    summary: 'brings what dead processes left on the disk into the event store',
    detail:
      'As the next `serve` on this folder would, and safe beside one. What is not in the store stays; exit code 1 then.',
    examples: ['bayledger spool drain'],
    load: async () => (await import('./verbs/spool.ts')).spoolDrain,
  },
  {
    name: 'orphan list',
    summary: 'devices that send and belong to nothing',
    options: [['--tenant <id>', 'whose network they were heard in']],
    examples: ['bayledger orphan list --tenant 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11'],
    load: async () => (await import('./verbs/orphan.ts')).orphanList,
  },
  {
    name: 'orphan assign',
    summary: 'makes an orphan the sensor of a space; its kept frames count since then',
    operands: [['<dev-eui>', '16 hex digits']],
    options: [
      ['--type <id>', 'type of the device'],
      ['--space <space>', 'its id, or its code where only one space has it'],
      ['--at <time>', 'since when (default: its first frame, or as early as the space allows)'],
      ['--tenant <id>', 'where the code or id alone is not enough'],
      ['--reason <text>', 'why; only its code is recorded'],
    ],
    examples: ['bayledger orphan assign 70b3d57ed005a1b2 --type nwave-nps405 --space A-07'],
    load: async () => (await import('./verbs/orphan.ts')).orphanAssign,
  },
  {
    name: 'stream list',
    summary: 'the streams of the event store',
    options: [['--prefix <text>', 'only those whose names begin so: space, space-<tenant>']],
    examples: ['bayledger stream list --prefix space --json'],
    load: async () => (await import('./verbs/stream.ts')).streamList,
  },
  {
    name: 'stream show',
    summary: 'the events of a stream as they are; personal data stay encrypted',
    operands: [['<stream>', 'its name']],
    options: [
      ['--from <revision>', 'the first one to show (default: 0)'],
      ['--limit <number>', 'how many at most (default: all)'],
    ],
    examples: [
      'bayledger stream show store-00000000000000000000000000000000-00000000000000000000000000000000',
    ],
    load: async () => (await import('./verbs/stream.ts')).streamShow,
  },
  {
    name: 'projection list',
    summary: 'the read models: how far each has come, and who runs it',
    detail: 'Exit code 1 when one has stopped with an error.',
    examples: ['bayledger projection list'],
    load: async () => (await import('./verbs/projection.ts')).projectionList,
  },
  {
    name: 'projection rebuild',
    summary: 'makes a read model anew from the events, beside the present one, and changes over',
    operands: [['<name>', 'of the read model, or all']],
    examples: ['bayledger projection rebuild spaces_current', 'bayledger projection rebuild all'],
    load: async () => (await import('./verbs/projection.ts')).projectionRebuild,
  },
  {
    name: 'projection parked',
    summary: 'streams that a read model could not go on with',
    detail: 'Exit code 1 when there are any.',
    examples: ['bayledger projection parked'],
    load: async () => (await import('./verbs/projection.ts')).projectionParked,
  },
  {
    name: 'audit state',
    summary: 'the state of a space at any time, as it was known at any time',
    operands: [['<space>', 'its id, or its code where only one space has it']],
    options: [
      ['--tenant <id>', 'where the code or id alone is not enough'],
      ['--valid-at <time>', 'what was true then (default: at the last known event)'],
      ['--known-at <time>', 'by what was recorded until then'],
      ['--known-at-position <position>', 'or up to this position'],
    ],
    examples: ['bayledger audit state A-07 --valid-at 2026-11-22T08:00:00Z --json'],
    load: async () => (await import('./verbs/audit.ts')).auditState,
  },
  ...simulateVerbs,
];
