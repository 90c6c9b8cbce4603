import { type VerbDeclaration } from './verb.ts';

const SPACE = [['<space>', 'its id, or its code where only one space has it']] as const;
const VALUE = [
  ['--occupied', 'a car is there'],
  ['--vacant', 'no car is there'],
] as const;
const WHERE = [
  ['--tenant <id>', 'where the code or id alone is not enough'],
  ['--url <address>', 'of the API (default: PUBLIC_URL, else HOST and API_PORT)'],
  ['--key <key>', 'an ingest key (default: one that is made and kept in DATA_DIR/keys)'],
] as const;
const MISHAPS = [
  [
    '--late <duration>',
    'it was sent so long ago (20m) and arrives now, after frames that were sent after it; the present stays as it is',
  ],
  ['--duplicate', 'the network server delivers it twice'],
  ['--repeat', 'the radio sends it twice, and each copy is delivered'],
  ['--lost', 'it never arrives; the next one does, a heartbeat, behind a gap in the counter'],
] as const;

/** Without one of them the bay changes. */
const OTHERWISE = 'Without --occupied or --vacant it says the other of what was known.';

export const simulateVerbs: readonly VerbDeclaration[] = [
  {
    name: 'simulate uplink',
    summary: 'sends a frame of a space’s own sensor type to a running system; for tenants in mode test',
    detail:
      'Through the HTTP intake, as a network server posts it. Answers what became of it (`outcome`), what the bay was before, and whether that was news.',
    operands: SPACE,
    options: [...VALUE, ...MISHAPS, ...WHERE],
    examples: [
      'bayledger simulate uplink A-07 --occupied',
      'bayledger simulate uplink A-07 --vacant --late 20m',
    ],
    load: async () => (await import('./verbs/simulate.ts')).simulateUplink,
  },
  {
    name: 'simulate arrival',
    summary: 'a car comes; for tenants in mode test',
    detail: 'On a bay that is occupied already this is said (`is_news` is false), and nothing changes.',
    operands: SPACE,
    options: [...MISHAPS, ...WHERE],
    examples: ['bayledger simulate arrival A-07', 'bayledger simulate arrival A-07 --lost'],
    load: async () => (await import('./verbs/simulate.ts')).simulateArrival,
  },
  {
    name: 'simulate departure',
    summary: 'a car goes; for tenants in mode test',
    detail: 'On a bay that is vacant already this is said (`is_news` is false), and nothing changes.',
    operands: SPACE,
    options: [...MISHAPS, ...WHERE],
    examples: ['bayledger simulate departure A-07', 'bayledger simulate departure A-07 --late 20m'],
    load: async () => (await import('./verbs/simulate.ts')).simulateDeparture,
  },
  {
    name: 'simulate late',
    summary: 'a frame arrives long after it was sent; for tenants in mode test',
    detail: `It takes the place of a lost frame, where one is missing then. ${OTHERWISE}`,
    operands: SPACE,
    options: [...VALUE, ['--by <duration>', 'how long ago it was sent (default: 20m)'], ...WHERE],
    examples: ['bayledger simulate late A-07', 'bayledger simulate late A-07 --vacant --by 2h'],
    load: async () => (await import('./verbs/simulate.ts')).simulateLate,
  },
  {
    name: 'simulate duplicate',
    summary: 'the network server delivers a frame twice; for tenants in mode test',
    detail: `The second delivery is known by its id and has no effect. ${OTHERWISE}`,
    operands: SPACE,
    options: [...VALUE, ...WHERE],
    examples: ['bayledger simulate duplicate A-07 --occupied'],
    load: async () => (await import('./verbs/simulate.ts')).simulateDuplicate,
  },
  {
    name: 'simulate repeat',
    summary: 'the radio sends a frame twice; for tenants in mode test',
    detail: `Two deliveries with ids of their own: both are kept, and are one reading. ${OTHERWISE}`,
    operands: SPACE,
    options: [...VALUE, ...WHERE],
    examples: ['bayledger simulate repeat A-07 --occupied'],
    load: async () => (await import('./verbs/simulate.ts')).simulateRepeat,
  },
  {
    name: 'simulate lost',
    summary: 'the frame that told of a change is lost; for tenants in mode test',
    detail: `What arrives is the heartbeat after it, behind a gap in the counter: since when is uncertain. ${OTHERWISE}`,
    operands: SPACE,
    options: [...VALUE, ...WHERE],
    examples: ['bayledger simulate lost A-07'],
    load: async () => (await import('./verbs/simulate.ts')).simulateLost,
  },
];
