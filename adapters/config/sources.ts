import { type SettingName } from './table.ts';

export const PREFIX = 'BAYLEDGER_';

/** The content of a file, or `undefined` when there is none. */
export type ReadFile = (path: string) => string | undefined;

export interface Found {
  readonly value: string;
  /** Where it comes from, in words for a message. */
  readonly from: string;
}

/** A file beats a variable, because that is how secrets are handed over; the plain name beats the prefixed one. */
export function findValue(name: SettingName, env: NodeJS.ProcessEnv, readFile: ReadFile): Found | undefined {
  const secret = `/run/secrets/${name.toLowerCase()}`;
  const mounted = readFile(secret);
  if (mounted !== undefined) return { value: mounted.trim(), from: secret };
  for (const variable of [`${name}_FILE`, `${PREFIX}${name}_FILE`]) {
    const path = env[variable];
    if (!path) continue;
    const content = readFile(path);
    if (content === undefined) throw new Error(`${variable}: there is no file ${path}`);
    return { value: content.trim(), from: `${variable}=${path}` };
  }
  for (const variable of [name, `${PREFIX}${name}`]) {
    // Empty is unset: that is what compose files make of a variable that nobody gave.
    const value = env[variable]?.trim();
    if (value) return { value, from: variable };
  }
  return undefined;
}
