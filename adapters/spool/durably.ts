import { mkdir, open } from 'node:fs/promises';

/** What was created in or renamed into a folder is sure to stay there only after this. */
export async function syncFolder(path: string): Promise<void> {
  // Windows can neither open nor sync a folder, and does not need it.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

/** Only for us: frames say when somebody comes and goes. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

export async function writeNew(
  path: string,
  content: Buffer | string,
  flags: 'wx' | 'a' = 'wx',
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && codes.includes(code);
}
