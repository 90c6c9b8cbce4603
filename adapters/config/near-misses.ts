import { PREFIX } from './sources.ts';
import { SETTING_NAMES } from './table.ts';

const KNOWN = SETTING_NAMES.flatMap((name): string[] => [name, `${name}_FILE`]);

/** Shorter names resemble too many others. */
const SHORTEST = 6;

/** Of other programs, and by chance close to ours. */
const OF_OTHERS = new Set([
  'API_HOST',
  'API_ROOT',
  'APP_PORT',
  'API_PORTS',
  'HOSTNAME',
  'NODE_PATH',
  'LOG_LEVELS',
  'DATA_DIRS',
]);

/** Names in the environment that look like ours and are not: set with care, and without effect. */
export function nameMistakes(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).flatMap((name) => {
    if (name.startsWith(PREFIX)) return prefixedMistake(name);
    if (name.length < SHORTEST || KNOWN.includes(name) || OF_OTHERS.has(name)) return [];
    // A slip hardly ever hits the first letter, and AWS_API_KEY is no misspelt TTS_API_KEY.
    const meant = closest(name, (known) => known.length >= SHORTEST && known[0] === name[0]);
    return meant === undefined ? [] : [`${name}: unknown; did you mean ${meant}?`];
  });
}

function prefixedMistake(name: string): string[] {
  const rest = name.slice(PREFIX.length);
  if (KNOWN.includes(rest)) return [];
  const meant = closest(rest, () => true);
  return [`${name}: unknown${meant === undefined ? '' : `; did you mean ${PREFIX}${meant}?`}`];
}

function closest(name: string, eligible: (known: string) => boolean): string | undefined {
  const ranked = KNOWN.filter(eligible)
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.known;
}

/** Damerau–Levenshtein (optimal string alignment): how many letters to add, drop, change or swap with the next one. */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const options = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same];
      rows[i]?.push(Math.min(...options, swapped ? at(i - 2, j - 2) + 1 : Infinity));
    }
  }
  return at(a.length, b.length);
}
