import { type VerbDeclaration } from './verb.ts';

const RANGE = [
  ['--tenant <id>', 'whose frames (default: of all tenants)'],
  ['--from <time>', 'from the day of this time on'],
  ['--to <time>', 'until before this time'],
] as const;

/** Frames that were archived, and frames to be looked at once more. */
export const archiveVerbs: readonly VerbDeclaration[] = [
  {
    name: 'archive list',
    summary: 'the archived days of frames, with their files and hashes',
    options: RANGE,
    examples: ['bayledger archive list --from 2026-08-01T00:00:00Z'],
    load: async () => (await import('./verbs/archive.ts')).archiveList,
  },
  {
    name: 'archive verify',
    summary: 'checks manifests, their chain, and every byte of the archived files',
    detail: 'One line for each finding. Exit code 1 when there are any.',
    options: RANGE,
    examples: ['bayledger archive verify', 'bayledger archive verify --from 2026-08-01T00:00:00Z --json'],
    load: async () => (await import('./verbs/archive.ts')).archiveVerify,
  },
  {
    name: 'archive show',
    summary: 'archived frames as they were received, one JSON object a line',
    operands: [['[file]', 'of the archive, as `archive list` names it']],
    options: [['--device <eui>', 'instead of a file: all frames of a device'], ...RANGE],
    examples: [
      'bayledger archive show --device 70b3d5e75e0000aa --from 2026-08-01T00:00:00Z --to 2026-08-08T00:00:00Z',
    ],
    load: async () => (await import('./verbs/archive.ts')).archiveShow,
  },
];
