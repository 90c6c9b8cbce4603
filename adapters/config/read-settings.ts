import { readFileSync } from 'node:fs';
import { nameMistakes } from './near-misses.ts';
import { ruleMistakes } from './rules.ts';
import { type Found, findValue, type ReadFile } from './sources.ts';
import { camelCase, entryOf, SETTING_NAMES, type SettingName, type Settings } from './table.ts';

/** Everything that is wrong with the settings, at once: one correction, one restart. */
export class SettingsError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `${mistakes.length} mistake(s) in the settings:\n${mistakes.map((each) => `  - ${each}`).join('\n')}`,
    );
    this.name = 'SettingsError';
    this.mistakes = mistakes;
  }
}

/** Reads, checks and completes the settings. Throws {@link SettingsError} with every mistake; none repeats a secret. */
export function readSettings(env: NodeJS.ProcessEnv, readFile: ReadFile = readFileIfThere): Settings {
  const mistakes = nameMistakes(env);
  const note = (error: unknown): void =>
    void mistakes.push(error instanceof Error ? error.message : String(error));
  const found = new Map<string, Found>();
  for (const name of SETTING_NAMES) {
    try {
      const value = findValue(name, env, readFile);
      if (value !== undefined) found.set(name, value);
    } catch (error) {
      note(error);
    }
  }
  const values: Partial<Record<keyof Settings, unknown>> = {};
  for (const name of SETTING_NAMES) {
    try {
      values[camelCase(name)] = valueOf(name, found);
    } catch (error) {
      note(error);
    }
  }
  // Rules that join several settings need all of them; with one missing they would name mistakes that are none.
  const settings = values as Settings;
  if (mistakes.length === 0) mistakes.push(...ruleMistakes(settings));
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  return settings;
}

function valueOf(name: SettingName, found: ReadonlyMap<string, Found>): unknown {
  const { schema, default: fallback, sameAs, otherwise } = entryOf(name);
  const given = found.get(name) ?? (sameAs === undefined ? undefined : found.get(sameAs));
  // Only what is off without a value can be turned off by a word; elsewhere `off` is a value like others.
  if (otherwise !== undefined && (given === undefined || /^(off|none)$/i.test(given.value))) return undefined;
  const inherited = sameAs === undefined ? fallback : entryOf(sameAs as SettingName).default;
  const result = schema.safeParse(given?.value ?? inherited ?? '');
  if (result.success) return result.data;
  const source = given === undefined || given.from === name ? '' : ` (from ${given.from})`;
  throw new Error(`${name}${source}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
}

function readFileIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`${path} cannot be read: ${String(code)}`, { cause: error });
  }
}
